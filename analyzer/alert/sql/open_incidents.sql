-- Incidents that are open, or closed and told of without their end being told.
SELECT
    incident_id, cause, model, level, worst_level, epoch_us(started_at) // 60000000 AS started_at, epoch_us(opened_at) // 60000000 AS opened_at,
    epoch_us(updated_at) // 60000000 AS updated_at, epoch_us(ended_at) // 60000000 AS ended_at, epoch_us(closed_at) // 60000000 AS closed_at, told_level,
    epoch_us(told_at) // 60000000 AS told_at, messages, entries
FROM stored.alert_incident AS incident
WHERE
    closed_at IS NULL
    OR (
        (told_level IS NOT NULL OR worst_level = 'alert')
        AND NOT EXISTS (
            SELECT 1 FROM stored.alert_message AS message
            WHERE message.incident_id = incident.incident_id AND kind = 'closed'
        )
    )
ORDER BY incident_id
