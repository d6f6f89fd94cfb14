-- title: Limits that were hit
-- title.zh: 触发的限流
-- answers: Which rate limit was hit, by which model and key, in which minutes, and how far over it were the requests?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour = hour: how long a slice is
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
-- A failure whose message names no limit has no window: it counts by its minute alone.
struck AS MATERIALIZED (
    SELECT
        model, api_key, level, entry_id, code, limit_name, limit_value, width,
        moment // coalesce(width, 60000000) AS number,
        count(*) AS failures
    FROM hit
    GROUP BY ALL
),
minute AS (SELECT DISTINCT moment // 60000000 AS minute, model, api_key FROM hit WHERE width IS NOT NULL),
-- The requests of those minutes first, so that the many others are passed by once.
near AS MATERIALIZED (
    SELECT epoch_us(ts) + 62135596800000000 AS moment, minute.model, minute.api_key
    FROM events
    JOIN sources USING (source_id)
    JOIN minute
        ON minute.minute = (epoch_us(ts) + 62135596800000000) // 60000000
        AND minute.model = coalesce(nullif(events.model, ''), '(none)')
        AND minute.api_key = coalesce(nullif(events.api_key, ''), '(none)')
    WHERE population = 'requests' AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
asked AS (
    SELECT 60000000 AS width, moment // 60000000 AS number, model, api_key, count(*) AS requests
    FROM near
    GROUP BY ALL
    UNION ALL
    SELECT 1000000 AS width, moment // 1000000 AS number, model, api_key, count(*) AS requests
    FROM near
    GROUP BY ALL
),
cut AS (
    SELECT
        struck.*,
        coalesce(requests, 0) AS requests,
        CASE WHEN limit_name <> 'TPM' THEN greatest(coalesce(requests, 0) - limit_value, 0) ELSE 0 END AS over,
        CASE
            WHEN width IS NOT NULL
                THEN row_number() OVER (
                    ORDER BY
                        width IS NULL, over DESC, failures DESC, coalesce(requests, 0) DESC, number,
                        model, api_key, level, entry_id, code, limit_value
                )
        END AS place
    FROM struck
    LEFT JOIN asked USING (width, number, model, api_key)
)
SELECT
    make_timestamptz(
        number * coalesce(width, 60000000) // step_width * step_width - 62135596800000000
    ) AS slice,
    model,
    api_key,
    level,
    entry_id,
    code,
    limit_name,
    limit_value,
    CASE
        WHEN place <= $worst
            THEN strftime(make_timestamp(number * width - 62135596800000000), '%Y-%m-%dT%H:%M:%SZ')
    END AS moment,
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
            ELSE 3600000000
        END AS step_width
)
GROUP BY ALL
ORDER BY ALL
