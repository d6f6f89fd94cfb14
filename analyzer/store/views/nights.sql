-- One row a summary of a day (nightly), a week (weekly) or a month (monthly): what came of it, and which thresholds were crossed.
CREATE OR REPLACE VIEW nights AS
SELECT kind, period, time_zone, since, until, outcome, verdict, crossed, started_at, finished_at
FROM stored.night;
