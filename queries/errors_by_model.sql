-- title: Failures by model
-- title.zh: 按模型统计失败
-- answers: Which models fail most, and how often?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns model VARCHAR: the model asked for; (none) where the log tells none
-- returns failures BIGINT: attempts that failed
-- returns requests BIGINT: requests of this model, the denominator
-- returns error_rate DOUBLE: failures of logs that hold successes too, per request; NULL without requests
-- returns share DOUBLE: part of all failures of the range
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns failures_without_rate BIGINT: failures of logs that hold failures only

WITH failure AS (
    SELECT
        coalesce(nullif(model, ''), '(none)') AS model,
        count(*) AS failures,
        count(*) FILTER (population = 'requests') AS rated_failures,
        min(ts) AS first_seen,
        max(ts) AS last_seen
    FROM events
    JOIN sources USING (source_id)
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
-- Grouped by the bare column first: an expression over every request would cost twice the time.
counted AS (
    SELECT model, count(*) AS requests
    FROM events
    JOIN sources USING (source_id)
    WHERE population = 'requests' AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY model
),
request AS (
    SELECT coalesce(nullif(model, ''), '(none)') AS model, sum(requests)::BIGINT AS requests
    FROM counted
    GROUP BY ALL
)
SELECT
    model,
    failures,
    coalesce(requests, 0) AS requests,
    rated_failures / requests AS error_rate,
    failures / sum(failures) OVER () AS share,
    first_seen,
    last_seen,
    failures - rated_failures AS failures_without_rate
FROM failure
LEFT JOIN request USING (model)
ORDER BY failures DESC, model
LIMIT $limit
