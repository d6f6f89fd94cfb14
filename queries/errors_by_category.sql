-- title: Failures by category
-- title.zh: 按类别统计失败
-- answers: What kinds of failure are there, and which weigh most?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns category VARCHAR: what went wrong; uncatalogued without an entry, several where a code has more
-- returns failures BIGINT: attempts that failed
-- returns requests BIGINT: requests of the whole range, the denominator
-- returns error_rate DOUBLE: failures of logs that hold successes too, per request; NULL without requests
-- returns share DOUBLE: part of all failures of the range
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns failures_without_rate BIGINT: failures of logs that hold failures only

WITH failure AS (
    SELECT
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'uncatalogued'
            ELSE coalesce(category, 'several')
        END AS category,
        ts,
        population = 'requests' AS rated
    FROM events
    JOIN sources USING (source_id)
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
request AS (SELECT requests_between($since, $until) AS requests)
SELECT
    category,
    count(*) AS failures,
    any_value(requests) AS requests,
    count(*) FILTER (rated) / nullif(any_value(requests), 0) AS error_rate,
    count(*) / sum(count(*)) OVER () AS share,
    min(ts) AS first_seen,
    max(ts) AS last_seen,
    count(*) FILTER (NOT rated) AS failures_without_rate
FROM failure
CROSS JOIN request
GROUP BY category
ORDER BY failures DESC, category
LIMIT $limit
