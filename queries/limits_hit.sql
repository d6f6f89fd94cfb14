-- title: Limits that were hit
-- title.zh: 触发的限流
-- answers: Which rate limit was hit, by which model and key, in which minutes, and how far over it were the requests?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour|3hours|6hours|12hours|day = hour: how long a slice is
-- param shift BIGINT = 0: so many seconds the clock whose hours and days are cut is ahead of UTC
-- param worst BIGINT = 100: so many seconds and minutes, the worst, stand alone; the others are added up
-- returns slice TIMESTAMPTZ: when the slice starts
-- returns model VARCHAR: the model asked for; (none) without one
-- returns api_key VARCHAR: the key's label; (none) without one
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code
-- returns limit_name VARCHAR: QPS or RPM (requests per second or minute), TPM (tokens per minute); NULL where the message names none
-- returns limit_value BIGINT: the limit, from the message; NULL where it is not in it
-- returns moment VARCHAR: when the window starts, UTC, of a window that stands alone
-- returns failures BIGINT: attempts that were refused
-- returns windows BIGINT: windows: seconds (QPS) or minutes with a refusal, of one model and key
-- returns blind_windows BIGINT: windows whose requests no log holds, successes included
-- returns requests BIGINT: requests of this model and key in those windows
-- returns over BIGINT: requests beyond the limit, in windows with more than it; no log counts the tokens of TPM
-- returns windows_over BIGINT: windows with more requests than the limit

WITH hit AS MATERIALIZED (
    SELECT
        -- Counted from the year 1, so that whole division cuts times before 1970 the same way.
        epoch_us(ts) + 62135596800000000 AS moment,
        coalesce(nullif(model, ''), '(none)') AS model,
        coalesce(nullif(api_key, ''), '(none)') AS api_key,
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'none'
            WHEN entry_id IS NULL THEN 'code'
            ELSE 'entry'
        END AS level,
        CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
        coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE events.code END, ''), '(none)') AS code,
        CASE
            WHEN message LIKE '% tokens per minute%' THEN 'TPM'
            WHEN message LIKE '% per minute%' THEN 'RPM'
            WHEN message LIKE '% per second%' THEN 'QPS'
        END AS limit_name,
        try_cast(replace(params[1], ',', '') AS DOUBLE) AS number,
        CASE WHEN limit_name IS NOT NULL AND number BETWEEN 0 AND 1e15 THEN number END::BIGINT AS limit_value,
        CASE limit_name WHEN 'QPS' THEN 1000000 WHEN 'RPM' THEN 60000000 WHEN 'TPM' THEN 60000000 END AS width
    FROM events
    LEFT JOIN catalog_entries AS entry USING (entry_id)
    WHERE failed AND events.category = 'rate_limit'
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
-- Callers and kinds of limits are few: from here on they are numbers.
caller AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY model, api_key) AS caller, model, api_key
    FROM (SELECT DISTINCT model, api_key FROM hit)
),
kind AS MATERIALIZED (
    SELECT row_number() OVER (ORDER BY level, entry_id, code, limit_name, limit_value) AS kind, *
    FROM (SELECT DISTINCT level, entry_id, code, limit_name, limit_value, width FROM hit)
),
-- A failure whose message names no limit has no window: it counts by its minute alone.
struck AS MATERIALIZED (
    SELECT caller, kind, moment // coalesce(kind.width, 60000000) AS number, count(*) AS failures
    FROM hit
    JOIN caller USING (model, api_key)
    JOIN kind
        ON kind.level = hit.level AND kind.entry_id IS NOT DISTINCT FROM hit.entry_id
        AND kind.code = hit.code AND kind.limit_name IS NOT DISTINCT FROM hit.limit_name
        AND kind.limit_value IS NOT DISTINCT FROM hit.limit_value
    GROUP BY ALL
),
-- Spelled as the log has them: a name for what is missing would cost three times as much on each request.
place AS (
    SELECT caller, minute, model, api_key
    FROM (SELECT DISTINCT moment // 60000000 AS minute, model, api_key FROM hit WHERE width IS NOT NULL)
    JOIN caller USING (model, api_key)
),
spelled AS (
    SELECT
        caller,
        minute,
        api_key,
        unnest(CASE model WHEN '(none)' THEN ['', NULL, '(none)'] ELSE [model] END) AS model
    FROM place
),
asked_second AS MATERIALIZED (
    SELECT
        caller,
        (epoch_us(ts) + 62135596800000000) // 1000000 AS number,
        count(*) AS requests
    FROM events
    JOIN sources USING (source_id)
    JOIN (
        SELECT
            caller, minute, model,
            unnest(CASE api_key WHEN '(none)' THEN ['', NULL, '(none)'] ELSE [api_key] END) AS api_key
        FROM spelled
    ) AS spelled
        ON spelled.minute = (epoch_us(ts) + 62135596800000000) // 60000000
        AND spelled.model IS NOT DISTINCT FROM events.model
        AND spelled.api_key IS NOT DISTINCT FROM events.api_key
    WHERE population = 'requests' AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
asked AS (
    SELECT 1000000 AS width, caller, number, requests FROM asked_second
    UNION ALL
    SELECT 60000000 AS width, caller, number // 60 AS number, sum(requests)::BIGINT AS requests
    FROM asked_second
    GROUP BY ALL
),
cut AS (
    SELECT
        caller,
        kind,
        number,
        width,
        failures,
        coalesce(requests, 0) AS requests,
        CASE WHEN limit_name <> 'TPM' THEN greatest(coalesce(requests, 0) - limit_value, 0) ELSE 0 END AS over,
        row_number() OVER (
            ORDER BY width IS NULL, over DESC, failures DESC, coalesce(requests, 0) DESC, number, caller, kind
        ) AS place
    FROM struck
    JOIN kind USING (kind)
    LEFT JOIN asked USING (width, caller, number)
),
summed AS (
    SELECT
        make_timestamptz(
            (number * coalesce(width, 60000000) + $shift::BIGINT * 1000000) // step_width * step_width - ahead
        ) AS slice,
        caller,
        kind,
        CASE WHEN place <= $worst AND width IS NOT NULL THEN number * width END AS moment,
        sum(failures)::BIGINT AS failures,
        count(width) AS windows,
        count(width) FILTER (requests = 0) AS blind_windows,
        sum(requests)::BIGINT AS requests,
        sum(over)::BIGINT AS over,
        count(*) FILTER (over > 0) AS windows_over
    FROM cut
    CROSS JOIN (
        SELECT
            CASE $step
                WHEN 'minute' THEN 60000000
                WHEN '5minutes' THEN 300000000
                WHEN '15minutes' THEN 900000000
                WHEN '3hours' THEN 10800000000
                WHEN '6hours' THEN 21600000000
                WHEN '12hours' THEN 43200000000
                WHEN 'day' THEN 86400000000
                ELSE 3600000000
            END AS step_width,
            62135596800000000 + $shift::BIGINT * 1000000 AS ahead
    )
    GROUP BY ALL
)
SELECT
    slice,
    model,
    api_key,
    level,
    entry_id,
    code,
    limit_name,
    limit_value,
    strftime(make_timestamp(moment - 62135596800000000), '%Y-%m-%dT%H:%M:%SZ') AS moment,
    failures,
    windows,
    blind_windows,
    requests,
    over,
    windows_over
FROM summed
JOIN caller USING (caller)
JOIN kind USING (kind)
ORDER BY slice, caller, kind, summed.moment
