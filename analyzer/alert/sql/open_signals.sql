-- Signals that are open.
SELECT
    incident_id, rule, subject, level, worst_level, epoch_us(started_at) // 60000000 AS started_at, epoch_us(opened_at) // 60000000 AS opened_at,
    epoch_us(quiet_since) // 60000000 AS quiet_since, epoch_us(closed_at) // 60000000 AS closed_at, finding
FROM stored.alert_signal
WHERE closed_at IS NULL
ORDER BY opened_at, rule, subject
