-- title: Totals
-- title.zh: 合计
-- answers: How many requests and failures does a range hold?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns events BIGINT: HTTP attempts in the range
-- returns requests BIGINT: attempts of logs that hold successes too, the denominator
-- returns failures BIGINT: attempts that failed
-- returns error_rate DOUBLE: failures of those logs per request; NULL without requests
-- returns failures_without_rate BIGINT: failures of logs that hold failures only
-- returns uncatalogued BIGINT: failures that no catalogue entry explains
-- returns first_ts TIMESTAMPTZ: the first event
-- returns last_ts TIMESTAMPTZ: the last event

WITH counted AS (
    SELECT
        source_id,
        failed,
        count(*) AS attempts,
        count(*) FILTER (failed AND coalesce(match, 'none') = 'none') AS uncatalogued,
        min(ts) AS first_ts,
        max(ts) AS last_ts
    FROM events
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY source_id, failed
)
SELECT
    coalesce(sum(attempts), 0)::BIGINT AS events,
    coalesce(sum(attempts) FILTER (population = 'requests'), 0)::BIGINT AS requests,
    coalesce(sum(attempts) FILTER (failed), 0)::BIGINT AS failures,
    coalesce(sum(attempts) FILTER (failed AND population = 'requests'), 0) / nullif(requests, 0) AS error_rate,
    coalesce(sum(attempts) FILTER (failed AND population <> 'requests'), 0)::BIGINT AS failures_without_rate,
    coalesce(sum(uncatalogued), 0)::BIGINT AS uncatalogued,
    min(first_ts) AS first_ts,
    max(last_ts) AS last_ts
FROM counted
JOIN sources USING (source_id)
