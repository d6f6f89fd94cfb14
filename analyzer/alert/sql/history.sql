-- The latest incidents, with the rules that fired in each.
SELECT
    incident_id, cause, model, level, worst_level, epoch_us(started_at) // 60000000 AS started_at, epoch_us(opened_at) // 60000000 AS opened_at,
    epoch_us(updated_at) // 60000000 AS updated_at, epoch_us(ended_at) // 60000000 AS ended_at, epoch_us(closed_at) // 60000000 AS closed_at, told_level,
    epoch_us(told_at) // 60000000 AS told_at, messages, entries,
    coalesce(
        (SELECT list(DISTINCT rule ORDER BY rule) FROM stored.alert_signal AS s WHERE s.incident_id = i.incident_id), []
    ) AS rules
FROM stored.alert_incident AS i
WHERE $since IS NULL OR opened_at >= make_timestamptz($since::BIGINT * 60000000)
ORDER BY opened_at DESC, incident_id DESC
LIMIT $limit
