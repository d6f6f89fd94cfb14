-- How far each rule is, and how far the log reached then.
SELECT
    rule, hash, epoch_us(evaluated_at) // 60000000 AS evaluated_at, epoch_us(data_until) // 60000000 AS data_until, seen
FROM stored.alert_rule
