-- Taking out what expire.sql found, and keeping the books.
UPDATE stored.source
SET
    expired = stored.source.expired + gone.events,
    expired_failures = stored.source.expired_failures + gone.failures,
    expired_rejects = stored.source.expired_rejects + gone.rejects
FROM (
    SELECT source_id, sum(events)::BIGINT AS events, sum(failures)::BIGINT AS failures, sum(rejects)::BIGINT AS rejects
    FROM (
        SELECT source_id, count(*) AS events, count(*) FILTER (failed) AS failures, 0 AS rejects FROM old_event GROUP BY source_id
        UNION ALL
        SELECT source_id, 0, 0, count(*) FROM old_reject GROUP BY source_id
    )
    GROUP BY source_id
) AS gone
WHERE stored.source.source_id = gone.source_id;

DELETE FROM stored.event
USING kept
WHERE stored.event.source_id = kept.source_id AND ts < make_timestamptz($cutoff) AND line_no < kept_from;

DELETE FROM stored.success
USING kept
WHERE stored.success.source_id = kept.source_id AND ts < make_timestamptz($cutoff) AND line_no < kept_from;

DELETE FROM stored.sample
USING kept
WHERE stored.sample.source_id = kept.source_id AND ts < make_timestamptz($cutoff) AND line_no < kept_from;

DELETE FROM stored.reject
WHERE (source_id, line_no) IN (SELECT (source_id, line_no) FROM old_reject)
