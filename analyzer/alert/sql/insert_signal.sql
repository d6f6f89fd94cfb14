INSERT INTO stored.alert_signal BY NAME
SELECT
    $incident_id AS incident_id, $rule AS rule, $subject AS subject, $level AS level, $worst_level AS worst_level,
    make_timestamptz($started_at::BIGINT * 60000000) AS started_at, make_timestamptz($opened_at::BIGINT * 60000000) AS opened_at, make_timestamptz($quiet_since::BIGINT * 60000000) AS quiet_since,
    make_timestamptz($closed_at::BIGINT * 60000000) AS closed_at, $finding AS finding
