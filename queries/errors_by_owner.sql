-- title: Failures by owner
-- title.zh: 按责任方统计失败
-- answers: Whose fault is it: who has to act?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns owner VARCHAR: caller, account_admin, provider, several, or unknown
-- returns failures BIGINT: attempts that failed
-- returns requests BIGINT: requests of the whole range, the denominator
-- returns error_rate DOUBLE: failures of logs that hold successes too, per request; NULL without requests
-- returns share DOUBLE: part of all failures of the range
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns failures_without_rate BIGINT: failures of logs that hold failures only

WITH failure AS (
    SELECT owner, count(*) AS failures, min(ts) AS first_seen, max(ts) AS last_seen
    FROM events
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY owner
),
unrated AS (
    SELECT owner, count(*) AS failures
    FROM events
    SEMI JOIN (SELECT source_id FROM sources WHERE population <> 'requests') USING (source_id)
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY owner
),
counted AS (
    SELECT
        coalesce(nullif(failure.owner, ''), 'unknown') AS owner,
        sum(failure.failures)::BIGINT AS failures,
        coalesce(sum(unrated.failures), 0)::BIGINT AS failures_without_rate,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen
    FROM failure
    LEFT JOIN unrated ON unrated.owner IS NOT DISTINCT FROM failure.owner
    GROUP BY ALL
),
request AS (SELECT requests_between($since, $until) AS requests)
SELECT
    owner,
    failures,
    requests,
    (failures - failures_without_rate) / nullif(requests, 0) AS error_rate,
    failures / sum(failures) OVER () AS share,
    first_seen,
    last_seen,
    failures_without_rate
FROM counted
CROSS JOIN request
ORDER BY failures DESC, owner
LIMIT $limit
