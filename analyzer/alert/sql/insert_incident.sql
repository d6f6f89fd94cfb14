INSERT INTO stored.alert_incident BY NAME
SELECT
    $incident_id AS incident_id, $cause AS cause, $model AS model, $level AS level, $worst_level AS worst_level,
    make_timestamptz($started_at::BIGINT * 60000000) AS started_at, make_timestamptz($opened_at::BIGINT * 60000000) AS opened_at, make_timestamptz($updated_at::BIGINT * 60000000) AS updated_at,
    make_timestamptz($ended_at::BIGINT * 60000000) AS ended_at, make_timestamptz($closed_at::BIGINT * 60000000) AS closed_at, $told_level AS told_level,
    make_timestamptz($told_at::BIGINT * 60000000) AS told_at, $messages AS messages, $entries::VARCHAR[] AS entries
