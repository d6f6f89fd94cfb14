DELETE FROM stored.alert_signal
WHERE incident_id = ? AND rule = ? AND subject = ? AND opened_at = make_timestamptz(?::BIGINT)
