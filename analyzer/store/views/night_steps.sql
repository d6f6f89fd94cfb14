-- One row a step of a night: ingest, summary, delivery, retention, heartbeat.
CREATE OR REPLACE VIEW night_steps AS
SELECT kind, period, position, step, outcome, attempts, started_at, finished_at, reason
FROM stored.night_step;
