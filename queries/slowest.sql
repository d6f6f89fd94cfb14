-- title: Slowest attempts
-- title.zh: 最慢的请求
-- answers: Which attempts took longest, and where do they stand in the logs?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param limit BIGINT = 20: at most so many rows, the slowest first
-- returns duration_ms DOUBLE: how long the attempt took, in milliseconds
-- returns ts TIMESTAMPTZ: when it was logged
-- returns status SMALLINT: the HTTP status
-- returns failed BOOLEAN: whether it failed
-- returns code VARCHAR: the catalogue's code, else the code as seen
-- returns model VARCHAR: the model asked for
-- returns endpoint VARCHAR: the path, its identifiers replaced
-- returns client VARCHAR: the caller's address
-- returns request_id VARCHAR: the request's identifier
-- returns source VARCHAR: the log
-- returns line_no BIGINT: the line there

-- The few are found by their duration first: carrying every column through the sort costs ten times that.
WITH slow AS (
    SELECT source_id, line_no, duration_ms
    FROM events
    WHERE duration_ms IS NOT NULL AND NOT isnan(duration_ms)
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    ORDER BY duration_ms DESC, source_id, line_no
    LIMIT $limit
)
SELECT
    slow.duration_ms, ts, status, failed, coalesce(code, nullif(error_code, '')) AS code, model, endpoint,
    client, request_id, name AS source, line_no
FROM slow
JOIN events USING (source_id, line_no)
JOIN sources USING (source_id)
ORDER BY slow.duration_ms DESC, source_id, line_no
