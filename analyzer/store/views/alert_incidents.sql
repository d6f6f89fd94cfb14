-- One row an incident that the alert rules found: since when, how bad, whether it is over (closed_at), and what was said of it.
CREATE OR REPLACE VIEW alert_incidents AS
SELECT
    incident_id, cause, model, level, worst_level, started_at, opened_at, updated_at, ended_at, closed_at,
    told_level, told_at, messages, entries,
    (SELECT list(DISTINCT rule ORDER BY rule) FROM stored.alert_signal AS s WHERE s.incident_id = i.incident_id) AS rules
FROM stored.alert_incident AS i;
