-- title: Cube of requests and failures
-- title.zh: 请求与失败的多维汇总
-- answers: How many requests and failures are there of each kind, at each time, of each model, endpoint and key?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step all|minute|5minutes|15minutes|hour|3hours|6hours|12hours|day|week|month = day: how long a slice is; all does not cut
-- param time_zone VARCHAR = NULL: where hours and days are cut; the session's zone unless said
-- returns slice TIMESTAMPTZ: when the slice starts; NULL for events without a time and for the step all
-- returns model VARCHAR: the model asked for
-- returns endpoint VARCHAR: the path with its identifiers replaced
-- returns api_key VARCHAR: the key's label
-- returns failed BOOLEAN: whether these failed; the columns from status to owner are NULL for those that did not
-- returns status SMALLINT: the HTTP status
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns category VARCHAR: what went wrong; uncatalogued on level none
-- returns action VARCHAR: what to do, in one word
-- returns owner VARCHAR: who acts
-- returns rated BOOLEAN: whether the log holds successes too, so that these stand in an error rate
-- returns events BIGINT: HTTP attempts

WITH grain AS (
    SELECT
        CASE $step WHEN 'minute' THEN 60000000 WHEN '5minutes' THEN 300000000 ELSE 900000000 END AS width,
        CASE WHEN $step IN ('week', 'month') THEN $step ELSE 'day' END AS cut,
        coalesce($time_zone, current_setting('TimeZone')) AS zone
),
-- The events are counted by their bare columns in one pass each; what is made of these groups afterwards is small.
-- Zones are whole quarter hours apart, so quarter hours make up the hours and days of every zone.
-- They count from the year 1, so that whole division cuts times before 1970 the same way.
success AS MATERIALIZED (
    SELECT
        (epoch_us(ts) + 62135596800000000) // CASE $step
            WHEN 'minute' THEN 60000000 WHEN '5minutes' THEN 300000000 WHEN 'all' THEN NULL ELSE 900000000
        END AS number,
        source_id, model, endpoint, api_key,
        count(*) AS events
    FROM events
    WHERE NOT failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
failure AS MATERIALIZED (
    SELECT
        (epoch_us(ts) + 62135596800000000) // CASE $step
            WHEN 'minute' THEN 60000000 WHEN '5minutes' THEN 300000000 WHEN 'all' THEN NULL ELSE 900000000
        END AS number,
        source_id, model, endpoint, api_key, status, match, entry_id, error_code, code, category, action, owner,
        count(*) AS events
    FROM events
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
clock AS MATERIALIZED (
    SELECT
        number,
        make_timestamptz(number * width - 62135596800000000) AS start,
        timezone(zone, start) AS local,
        CASE
            WHEN $step IN ('day', 'week', 'month') THEN timezone(zone, date_trunc(cut, local))
            WHEN $step IN ('3hours', '6hours', '12hours')
                THEN timezone(
                    zone,
                    date_trunc('day', local) + to_hours(
                        hour(local)
                        - hour(local) % CASE $step WHEN '3hours' THEN 3 WHEN '6hours' THEN 6 ELSE 12 END
                    )
                )
            -- Counted back from the moment, so that the hour that comes twice stays two slices.
            WHEN $step = 'hour' THEN start - (local - date_trunc('hour', local))
            ELSE start
        END AS slice
    FROM (SELECT number FROM success UNION SELECT number FROM failure)
    CROSS JOIN grain
    WHERE number IS NOT NULL
)
SELECT
    slice,
    nullif(model, '') AS model,
    nullif(endpoint, '') AS endpoint,
    nullif(api_key, '') AS api_key,
    true AS failed,
    status,
    CASE
        WHEN coalesce(match, 'none') = 'none' THEN 'none'
        WHEN entry_id IS NULL THEN 'code'
        ELSE 'entry'
    END AS level,
    CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
    coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE code END, ''), '(none)') AS code,
    CASE WHEN level = 'none' THEN 'uncatalogued' ELSE coalesce(category, 'several') END AS category,
    CASE WHEN level <> 'none' THEN action END AS action,
    coalesce(nullif(owner, ''), 'unknown') AS owner,
    population = 'requests' AS rated,
    sum(failure.events)::BIGINT AS events
FROM failure
JOIN sources USING (source_id)
LEFT JOIN clock USING (number)
GROUP BY ALL
UNION ALL
SELECT
    slice, nullif(model, ''), nullif(endpoint, ''), nullif(api_key, ''), false,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    population = 'requests',
    sum(success.events)::BIGINT
FROM success
JOIN sources USING (source_id)
LEFT JOIN clock USING (number)
GROUP BY ALL
ORDER BY ALL
