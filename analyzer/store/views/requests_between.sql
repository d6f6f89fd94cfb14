-- How many requests a range [since, until) holds, NULL for an open end: the denominator of every rate.
-- All events are counted without reading them; those of logs that hold only failures are taken off.
CREATE OR REPLACE MACRO requests_between(since, until) AS (
    (
        SELECT count(*)
        FROM events
        WHERE (since IS NULL OR ts >= since) AND (until IS NULL OR ts < until)
    ) - (
        SELECT count(*)
        FROM events
        SEMI JOIN (SELECT source_id FROM sources WHERE population <> 'requests') USING (source_id)
        WHERE (since IS NULL OR ts >= since) AND (until IS NULL OR ts < until)
    )
);
