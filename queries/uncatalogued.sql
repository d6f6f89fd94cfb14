-- title: Failures without a catalogue entry
-- title.zh: 未收录的失败
-- answers: Which failures does no catalogue entry explain, and where is one of them?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param limit BIGINT = 50: at most so many rows, the most failures first
-- returns code VARCHAR: the code as seen; (none) without one
-- returns status SMALLINT: the HTTP status
-- returns message VARCHAR: the message, its numbers and identifiers written #, at most 300 characters
-- returns failures BIGINT: attempts that failed so
-- returns share DOUBLE: part of all failures of the range
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns source VARCHAR: the log of the last one
-- returns line_no BIGINT: its line there

WITH failure AS (
    SELECT
        source_id, line_no, ts, status, error_code, error_message,
        coalesce(match, 'none') = 'none' AS uncatalogued
    FROM events
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
message AS (
    SELECT
        coalesce(nullif(error_code, ''), '(none)') AS code,
        status,
        left(error_message, 300) AS text,
        count(*) AS failures,
        min(ts) AS first_seen,
        max(ts) AS last_seen,
        max((ts, source_id, line_no)) AS latest
    FROM failure
    WHERE uncatalogued
    GROUP BY ALL
),
shape AS (
    SELECT
        code,
        status,
        regexp_replace(text, '[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*(-[0-9A-Fa-f]+)*', '#', 'g') AS message,
        sum(failures)::BIGINT AS failures,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen,
        max(latest) AS latest
    FROM message
    GROUP BY ALL
)
SELECT
    code,
    status,
    message,
    shape.failures,
    shape.failures / (SELECT count(*) FROM failure) AS share,
    first_seen,
    last_seen,
    name AS source,
    latest[3] AS line_no
FROM shape
JOIN sources ON sources.source_id = latest[2]
ORDER BY shape.failures DESC, code, status, message
LIMIT $limit
