-- title: Retry storms
-- title.zh: 重试风暴
-- answers: Who goes on repeating a request that fails, and how many requests are wasted on it?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour|3hours|6hours|12hours|day = hour: how long a slice is
-- param shift BIGINT = 0: so many seconds the clock whose hours and days are cut is ahead of UTC
-- param minutes BIGINT = 5: time is cut into spans of so many minutes
-- param repeats BIGINT = 10: a span with so many failures of one kind from one caller is a storm's
-- param share DOUBLE = 0.5: if they are at least this part of what the caller sent to that endpoint and model then
-- param largest BIGINT = 100: so many storms, the largest, stand alone; the others are added up
-- returns slice TIMESTAMPTZ: when the slice starts in which the storm began
-- returns model VARCHAR: the model asked for; (none) without one
-- returns endpoint VARCHAR: the path with its identifiers replaced
-- returns api_key VARCHAR: the key's label
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns client VARCHAR: the caller's address where there is no key, of a storm that stands alone
-- returns moment VARCHAR: its first failure, UTC, of a storm that stands alone
-- returns until_moment VARCHAR: its last failure, UTC, of a storm that stands alone
-- returns storms BIGINT: storms that began in the slice
-- returns failures BIGINT: their failures
-- returns repeats BIGINT: those after each storm's first, the ones wasted
-- returns untold BIGINT: of these, attempts that no operation id tells to be a retry

WITH failure AS NOT MATERIALIZED (
    SELECT
        -- Counted from the year 1, so that whole division cuts times before 1970 the same way.
        epoch_us(ts) + 62135596800000000 AS moment,
        moment // ($minutes::BIGINT * 60000000) AS span,
        coalesce(nullif(model, ''), '(none)') AS model,
        coalesce(nullif(endpoint, ''), '(none)') AS endpoint,
        coalesce(nullif(api_key, ''), '(none)') AS api_key,
        -- The caller is the key or, without one, the address.
        CASE WHEN nullif(api_key, '') IS NULL THEN nullif(client, '') END AS client,
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'none'
            WHEN entry_id IS NULL THEN 'code'
            ELSE 'entry'
        END AS level,
        CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
        coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE code END, ''), '(none)') AS code,
        nullif(operation_id, '') AS operation_id,
        coalesce(attempt, 1) > 1 AS later
    FROM events
    WHERE failed AND ts IS NOT NULL
        -- Without a key and an address nobody knows who called.
        AND (api_key <> '' OR client <> '')
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
crowd AS MATERIALIZED (
    SELECT
        span, model, endpoint, api_key, client, level, entry_id, code,
        count(*) AS failures
    FROM failure
    GROUP BY ALL
    HAVING count(*) >= $repeats
),
place AS MATERIALIZED (SELECT DISTINCT span, model, endpoint, api_key, client FROM crowd),
-- As the events spell them, so that these are compared by their bare columns.
spelled AS (
    SELECT place.*, its_model, its_endpoint, its_api_key
    FROM place
    CROSS JOIN unnest(CASE model WHEN '(none)' THEN ['', NULL, '(none)'] ELSE [model] END) AS models(its_model)
    CROSS JOIN unnest(CASE endpoint WHEN '(none)' THEN ['', NULL, '(none)'] ELSE [endpoint] END)
        AS endpoints(its_endpoint)
    CROSS JOIN unnest(CASE api_key WHEN '(none)' THEN ['', NULL, '(none)'] ELSE [api_key] END)
        AS api_keys(its_api_key)
),
sent AS (
    SELECT spelled.span, spelled.model, spelled.endpoint, spelled.api_key, spelled.client, count(*) AS attempts
    FROM events
    JOIN spelled
        ON spelled.span = (epoch_us(ts) + 62135596800000000) // ($minutes::BIGINT * 60000000)
        AND its_endpoint IS NOT DISTINCT FROM events.endpoint
        AND its_model IS NOT DISTINCT FROM events.model
        AND its_api_key IS NOT DISTINCT FROM events.api_key
        AND (spelled.client IS NULL OR spelled.client = events.client)
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
stormy AS (
    SELECT
        crowd.*,
        -- Spans in a row are one storm.
        crowd.span - row_number() OVER (
            PARTITION BY crowd.model, crowd.endpoint, crowd.api_key, crowd.client, level, entry_id, code
            ORDER BY crowd.span
        ) AS island
    FROM crowd
    JOIN sent
        ON sent.span = crowd.span AND sent.model = crowd.model AND sent.endpoint = crowd.endpoint
        AND sent.api_key = crowd.api_key AND sent.client IS NOT DISTINCT FROM crowd.client
    WHERE failures >= $share * attempts
),
repeated AS (
    SELECT
        failure.*,
        island,
        later OR operation_id IS NOT NULL AND row_number() OVER (
            PARTITION BY operation_id, failure.endpoint ORDER BY moment
        ) > 1 AS told
    FROM failure
    JOIN stormy
        ON stormy.span = failure.span AND stormy.model = failure.model AND stormy.endpoint = failure.endpoint
        AND stormy.api_key = failure.api_key AND stormy.client IS NOT DISTINCT FROM failure.client
        AND stormy.level = failure.level AND stormy.entry_id IS NOT DISTINCT FROM failure.entry_id
        AND stormy.code = failure.code
),
storm AS (
    SELECT
        model, endpoint, api_key, client, level, entry_id, code,
        min(moment) AS first_moment,
        max(moment) AS last_moment,
        count(*) AS failures,
        count(*) FILTER (told) AS told,
        row_number() OVER (
            ORDER BY
                count(*) DESC, min(moment), model, endpoint, api_key, client, level, entry_id, code
        ) AS place
    FROM repeated
    GROUP BY model, endpoint, api_key, client, level, entry_id, code, island
)
SELECT
    make_timestamptz((first_moment + $shift::BIGINT * 1000000) // step_width * step_width - ahead) AS slice,
    model,
    endpoint,
    api_key,
    level,
    entry_id,
    code,
    CASE WHEN place <= $largest THEN client END AS client,
    CASE
        WHEN place <= $largest THEN strftime(make_timestamp(first_moment - 62135596800000000), '%Y-%m-%dT%H:%M:%SZ')
    END AS moment,
    CASE
        WHEN place <= $largest THEN strftime(make_timestamp(last_moment - 62135596800000000), '%Y-%m-%dT%H:%M:%SZ')
    END AS until_moment,
    count(*) AS storms,
    sum(failures)::BIGINT AS failures,
    sum(failures - 1)::BIGINT AS repeats,
    sum(failures - 1 - least(told, failures - 1))::BIGINT AS untold
FROM storm
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
ORDER BY ALL
