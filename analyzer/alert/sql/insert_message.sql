INSERT INTO stored.alert_message BY NAME
SELECT
    $message_id AS message_id, $incident_id AS incident_id, $kind AS kind, $level AS level,
    make_timestamptz($made_at::BIGINT * 60000000) AS made_at, $body AS body
