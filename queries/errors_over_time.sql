-- title: Failures over time
-- title.zh: 失败随时间的变化
-- answers: When did what fail, and how much was asked at that time?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param bucket auto|minute|5minutes|15minutes|hour|day|week|month = auto: how long a bucket is
-- param time_zone VARCHAR = NULL: where hours and days are cut; the session's zone unless said
-- returns bucket TIMESTAMPTZ: when the bucket starts; NULL for events without a time
-- returns category VARCHAR: what went wrong: each category of the range in each bucket; NULL if none failed
-- returns failures BIGINT: attempts of this category that failed in the bucket
-- returns requests BIGINT: all requests of the bucket, the denominator
-- returns error_rate DOUBLE: failures of logs that hold successes too, per request; NULL without requests
-- returns failures_without_rate BIGINT: failures of logs that hold failures only
-- returns bucket_size VARCHAR: how long the bucket is: minute, 5minutes, 15minutes, hour, day, week or month

WITH span AS (
    SELECT (epoch_us(max(ts)) - epoch_us(min(ts))) / 3.6e9 AS hours
    FROM events
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
size AS (
    SELECT
        CASE
            WHEN $bucket <> 'auto' THEN $bucket
            WHEN hours <= 3 THEN 'minute'
            WHEN hours <= 15 THEN '5minutes'
            WHEN hours <= 48 THEN '15minutes'
            WHEN hours <= 24 * 10 THEN 'hour'
            WHEN hours <= 24 * 400 THEN 'day'
            ELSE 'month'
        END AS bucket_size,
        -- Zones are whole quarter hours apart, so quarter hours make up the hours and days of every zone.
        CASE bucket_size WHEN 'minute' THEN 60000000 WHEN '5minutes' THEN 300000000 ELSE 900000000 END AS step
    FROM span
),
-- Slices count from the year 1, so that whole division cuts times before 1970 the same way.
failed_slice AS (
    SELECT
        (epoch_us(ts) + 62135596800000000) // step AS slice,
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'uncatalogued'
            ELSE coalesce(category, 'several')
        END AS category,
        count(*) AS failures,
        count(*) FILTER (population = 'requests') AS rated_failures
    FROM events
    JOIN sources USING (source_id)
    CROSS JOIN size
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
asked_slice AS (
    SELECT
        (epoch_us(ts) + 62135596800000000) // step AS slice,
        count(*) FILTER (population = 'requests') AS requests
    FROM events
    JOIN sources USING (source_id)
    CROSS JOIN size
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
-- Buckets without an event are shown too, unless one stray time would make too many of them.
slice AS (
    SELECT unnest(range(min(slice), max(slice) + 1)) AS slice
    FROM asked_slice
    HAVING max(slice) - min(slice) < 200000
    UNION
    SELECT slice FROM asked_slice
),
clock AS (
    SELECT
        slice,
        bucket_size,
        make_timestamptz(slice * step - 62135596800000000) AS start,
        timezone(coalesce($time_zone, current_setting('TimeZone')), start) AS local
    FROM slice
    CROSS JOIN size
),
cut AS (
    SELECT
        slice,
        bucket_size,
        CASE
            WHEN bucket_size IN ('day', 'week', 'month')
                THEN timezone(coalesce($time_zone, current_setting('TimeZone')), date_trunc(bucket_size, local))
            -- Counted back from the moment, so that the hour that comes twice stays two buckets.
            WHEN bucket_size = 'hour' THEN start - (local - date_trunc('hour', local))
            ELSE start
        END AS bucket
    FROM clock
),
total AS (
    SELECT bucket, bucket_size, coalesce(sum(requests), 0)::BIGINT AS requests
    FROM cut
    LEFT JOIN asked_slice ON asked_slice.slice IS NOT DISTINCT FROM cut.slice
    GROUP BY ALL
),
failure AS (
    SELECT bucket, category, sum(failures) AS failures, sum(rated_failures) AS rated_failures
    FROM failed_slice
    JOIN cut ON failed_slice.slice IS NOT DISTINCT FROM cut.slice
    GROUP BY ALL
),
shown AS (SELECT DISTINCT category FROM failure)
SELECT
    total.bucket,
    shown.category,
    coalesce(failures, 0)::BIGINT AS failures,
    requests,
    coalesce(rated_failures, 0) / nullif(requests, 0) AS error_rate,
    coalesce(failures - rated_failures, 0)::BIGINT AS failures_without_rate,
    bucket_size
FROM total
LEFT JOIN shown ON true
LEFT JOIN failure ON failure.bucket IS NOT DISTINCT FROM total.bucket AND failure.category = shown.category
ORDER BY total.bucket NULLS LAST, shown.category
