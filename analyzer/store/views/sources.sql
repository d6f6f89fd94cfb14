-- One row a source and generation, with its line ledger: lines = events + rejects + blank + continuation,
-- as read (of OTLP, a line may hold several events). Of its events, `expired` were taken out by retention and `duplicates` set aside: the view
-- events has the others.
CREATE OR REPLACE VIEW sources AS
SELECT
    source_id, name, generation, format, population, time_zone, size, lines, events, failures,
    rejects, blank, continuation, first_seen_at, last_read_at,
    coalesce(set_aside, 0) AS duplicates, expired, expired_failures, expired_rejects
FROM stored.source
LEFT JOIN (SELECT source_id, count(*) AS set_aside FROM stored.duplicate GROUP BY source_id) USING (source_id);
