-- One row a source and generation, with its line ledger: lines = events + rejects + blank + continuation.
CREATE OR REPLACE VIEW sources AS
SELECT
    source_id, name, generation, format, population, time_zone, size, lines, events, failures,
    rejects, blank, continuation, first_seen_at, last_read_at
FROM stored.source;
