-- The fields of logfmt lines, and the time that stands before the names where none of them tells it. A
-- program's exit is no answer (`status=0` without a request), and a line that tells neither an answer nor
-- a time taken nor an error is the start of a request, whose end another line tells. Filled in: the SELECT
-- of the fields, and that time.
SELECT * EXCLUDE (tells_an_end) REPLACE (
    CASE WHEN tells_an_end THEN path END AS path,
    CASE WHEN tells_an_end THEN model END AS model,
    CASE WHEN damage = 'invalid_json' THEN 'unreadable_line' ELSE damage END AS damage,
    coalesce(ts, $written) AS ts
)
FROM (
    SELECT
        * REPLACE (CASE WHEN status > 0 OR coalesce(method, path, request) IS NOT NULL THEN status END AS status),
        coalesce(status::VARCHAR, duration_ms::VARCHAR, error, error_code, error_message) IS NOT NULL AS tells_an_end
    FROM ($fields)
)
