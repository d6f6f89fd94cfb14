-- title: Failures by hour and weekday
-- title.zh: 失败的时段与星期分布
-- answers: At which hours of which days do requests fail?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour = hour: how finely time is cut first; 15minutes suits every zone
-- param time_zone VARCHAR = NULL: whose clocks count; the session's zone unless said
-- returns weekday BIGINT: from 1, Monday, to 7, Sunday
-- returns hour BIGINT: the hour of the clock, from 0
-- returns model VARCHAR: the model asked for; (none) without one
-- returns endpoint VARCHAR: the path with its identifiers replaced
-- returns api_key VARCHAR: the key's label
-- returns status SMALLINT: the HTTP status
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns failures BIGINT: attempts that failed then; those without a time are left out

-- Few slices are turned into clock times, and not each failure.
WITH counted AS (
    SELECT
        -- Counted from the year 1, so that whole division cuts times before 1970 the same way.
        make_timestamptz(
            (epoch_us(ts) + 62135596800000000) // step_width * step_width - 62135596800000000
        ) AS slice,
        coalesce(nullif(model, ''), '(none)') AS model,
        coalesce(nullif(endpoint, ''), '(none)') AS endpoint,
        coalesce(nullif(api_key, ''), '(none)') AS api_key,
        status,
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'none'
            WHEN entry_id IS NULL THEN 'code'
            ELSE 'entry'
        END AS level,
        CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
        coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE code END, ''), '(none)') AS code,
        count(*) AS failures
    FROM events
    CROSS JOIN (
        SELECT
            CASE $step
                WHEN 'minute' THEN 60000000
                WHEN '5minutes' THEN 300000000
                WHEN '15minutes' THEN 900000000
                ELSE 3600000000
            END AS step_width
    )
    WHERE failed AND ts IS NOT NULL
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
clock AS (
    SELECT slice, timezone(coalesce($time_zone, current_setting('TimeZone')), slice) AS local
    FROM (SELECT DISTINCT slice FROM counted)
)
SELECT
    isodow(local) AS weekday,
    hour(local) AS hour,
    model,
    endpoint,
    api_key,
    status,
    level,
    entry_id,
    code,
    sum(failures)::BIGINT AS failures
FROM counted
JOIN clock USING (slice)
GROUP BY ALL
ORDER BY ALL
