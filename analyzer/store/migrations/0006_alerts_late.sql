-- How far the log reached when a rule was judged: what came later than that was not seen in time.
ALTER TABLE stored.alert_rule ADD COLUMN data_until TIMESTAMPTZ;
