-- How far the log reached when a rule was judged, and how many events there were from before some moments of
-- the day before: more of them later came too late to be judged.
ALTER TABLE stored.alert_rule ADD COLUMN data_until TIMESTAMPTZ;
ALTER TABLE stored.alert_rule ADD COLUMN seen BIGINT[];
