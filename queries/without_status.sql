-- title: Requests without a status
-- title.zh: 没有状态码的请求
-- answers: Which logs tell of HTTP requests without their status?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns source VARCHAR: a log
-- returns format VARCHAR: the format it was read in
-- returns requests BIGINT: its requests in the range
-- returns without_status BIGINT: those with a method that tell neither a status nor an error

SELECT
    sources.name AS source,
    sources.format,
    count(*) AS requests,
    count(*) FILTER (status IS NULL AND method IS NOT NULL AND NOT failed) AS without_status
FROM events
JOIN sources USING (source_id)
WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
GROUP BY source_id, sources.name, sources.format
HAVING count(*) FILTER (status IS NULL AND method IS NOT NULL AND NOT failed) > 0
ORDER BY without_status DESC, source
