-- title: Durations of failures and successes
-- title.zh: 失败与成功请求的耗时
-- answers: How long do failures take beside successes?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour|3hours|6hours|12hours|day = hour: how long a slice is
-- param shift BIGINT = 0: so many seconds the clock whose hours and days are cut is ahead of UTC
-- returns slice TIMESTAMPTZ: when the slice starts
-- returns model VARCHAR: the model asked for; (none) without one
-- returns outcome VARCHAR: failure or success
-- returns bin SMALLINT: the duration: from 2 ** (bin / 2) milliseconds up to the next bin; below one millisecond -1
-- returns attempts BIGINT: attempts that lasted so long

WITH counted AS (
    SELECT
        -- Counted from the year 1, so that whole division cuts times before 1970 the same way.
        (epoch_us(ts) + 62135596800000000 + $shift::BIGINT * 1000000) // CASE $step
            WHEN 'minute' THEN 60000000
            WHEN '5minutes' THEN 300000000
            WHEN '15minutes' THEN 900000000
            WHEN '3hours' THEN 10800000000
            WHEN '6hours' THEN 21600000000
            WHEN '12hours' THEN 43200000000
            WHEN 'day' THEN 86400000000
            ELSE 3600000000
        END AS number,
        model,
        failed,
        CASE WHEN duration_ms < 1 THEN -1 ELSE floor(2 * log2(duration_ms)) END::SMALLINT AS bin,
        count(*) AS attempts
    FROM events
    WHERE duration_ms BETWEEN 0 AND 1e15
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
)
SELECT
    make_timestamptz(
        number * CASE $step
            WHEN 'minute' THEN 60000000
            WHEN '5minutes' THEN 300000000
            WHEN '15minutes' THEN 900000000
            WHEN '3hours' THEN 10800000000
            WHEN '6hours' THEN 21600000000
            WHEN '12hours' THEN 43200000000
            WHEN 'day' THEN 86400000000
            ELSE 3600000000
        END - $shift::BIGINT * 1000000 - 62135596800000000
    ) AS slice,
    coalesce(nullif(model, ''), '(none)') AS model,
    CASE WHEN failed THEN 'failure' ELSE 'success' END AS outcome,
    bin,
    sum(attempts)::BIGINT AS attempts
FROM counted
GROUP BY ALL
ORDER BY ALL
