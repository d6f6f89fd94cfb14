-- title: Failures by code
-- title.zh: 按错误码统计失败
-- answers: Which error codes fail most, and how often?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns code VARCHAR: the catalogue's code; without an entry the code as seen; (none) without one
-- returns failures BIGINT: attempts that failed
-- returns requests BIGINT: requests of the whole range, the denominator
-- returns error_rate DOUBLE: failures of logs that hold successes too, per request; NULL without requests
-- returns share DOUBLE: part of all failures of the range
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns failures_without_rate BIGINT: failures of logs that hold failures only
-- returns category VARCHAR: what went wrong; several where entries differ
-- returns owner VARCHAR: who acts; several where entries differ

WITH failure AS (
    SELECT
        coalesce(
            nullif(CASE WHEN coalesce(match, 'none') = 'none' THEN error_code ELSE code END, ''), '(none)'
        ) AS code,
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'uncatalogued'
            ELSE coalesce(category, 'several')
        END AS category,
        coalesce(owner, 'unknown') AS owner,
        ts,
        population = 'requests' AS rated
    FROM events
    JOIN sources USING (source_id)
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
request AS (SELECT requests_between($since, $until) AS requests)
SELECT
    code,
    count(*) AS failures,
    any_value(requests) AS requests,
    count(*) FILTER (rated) / nullif(any_value(requests), 0) AS error_rate,
    count(*) / sum(count(*)) OVER () AS share,
    min(ts) AS first_seen,
    max(ts) AS last_seen,
    count(*) FILTER (NOT rated) AS failures_without_rate,
    CASE WHEN min(category) = max(category) THEN min(category) ELSE 'several' END AS category,
    CASE WHEN min(owner) = max(owner) THEN min(owner) ELSE 'several' END AS owner
FROM failure
CROSS JOIN request
GROUP BY code
ORDER BY failures DESC, code
LIMIT $limit
