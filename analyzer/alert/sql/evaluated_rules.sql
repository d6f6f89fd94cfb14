-- How far each rule is.
SELECT rule, hash, epoch_us(evaluated_at) // 60000000 AS evaluated_at FROM stored.alert_rule
