-- title: Traffic
-- title.zh: 请求量与失败
-- answers: How many requests and failures does each slice of time hold?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour = hour: how long a slice is; slices are whole multiples in UTC
-- returns slice TIMESTAMPTZ: when the slice starts; slices without an event are left out
-- returns requests BIGINT: attempts of logs that hold successes too, the denominator
-- returns failures BIGINT: attempts that failed
-- returns error_rate DOUBLE: failures of those logs per request; NULL without requests
-- returns failures_without_rate BIGINT: failures of logs that hold failures only
-- returns own_failures BIGINT: the other failures that the caller's side has to mend (owner caller or account_admin)

WITH counted AS (
    SELECT
        (epoch_us(ts) + 62135596800000000) // CASE $step
            WHEN 'minute' THEN 60000000
            WHEN '5minutes' THEN 300000000
            WHEN '15minutes' THEN 900000000
            ELSE 3600000000
        END AS number,
        source_id,
        failed,
        count(*) AS attempts,
        count(*) FILTER (failed AND owner IN ('caller', 'account_admin')) AS own
    FROM events
    WHERE ts IS NOT NULL AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY number, source_id, failed
)
SELECT
    -- Slices count from the year 1, so that whole division cuts times before 1970 the same way.
    make_timestamptz(
        number * CASE $step
            WHEN 'minute' THEN 60000000
            WHEN '5minutes' THEN 300000000
            WHEN '15minutes' THEN 900000000
            ELSE 3600000000
        END - 62135596800000000
    ) AS slice,
    coalesce(sum(attempts) FILTER (population = 'requests'), 0)::BIGINT AS requests,
    coalesce(sum(attempts) FILTER (failed), 0)::BIGINT AS failures,
    coalesce(sum(attempts) FILTER (failed AND population = 'requests'), 0) / nullif(requests, 0) AS error_rate,
    coalesce(sum(attempts) FILTER (failed AND population <> 'requests'), 0)::BIGINT AS failures_without_rate,
    coalesce(sum(own) FILTER (population = 'requests'), 0)::BIGINT AS own_failures
FROM counted
JOIN sources USING (source_id)
GROUP BY number
ORDER BY number
