-- title: Values in messages
-- title.zh: 报错信息中的取值
-- answers: Which values stand in the placeholders of each entry: prompt lengths, limits, models that do not exist?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour|3hours|6hours|12hours|day = hour: how long a slice is
-- param shift BIGINT = 0: so many seconds the clock whose hours and days are cut is ahead of UTC
-- param top BIGINT = 12: so many values of a placeholder stand alone, the commonest; numbers beyond them fall into ranges
-- returns slice TIMESTAMPTZ: when the slice starts
-- returns model VARCHAR: the model asked for; (none) without one
-- returns level VARCHAR: entry; none for a model that does not exist, outside the catalogue
-- returns entry_id VARCHAR: the entry
-- returns code VARCHAR: its code, or the code as seen
-- returns position BIGINT: the placeholder, from 1; 0 where the value stands in no placeholder
-- returns kind VARCHAR: value, range, rest, model (the model asked for) or part (the first number of the second)
-- returns value VARCHAR: the value; of a range or part where it starts and ends: 1000-2000, 1.5-2, 5-; NULL for the rest
-- returns different BIGINT: how many different values this placeholder had in the whole span
-- returns failures BIGINT: attempts that failed with it

WITH failure AS MATERIALIZED (
    SELECT
        -- Counted from the year 1, so that whole division cuts times before 1970 the same way.
        make_timestamptz((epoch_us(ts) + ahead) // step_width * step_width - ahead) AS slice,
        coalesce(nullif(model, ''), '(none)') AS model,
        CASE WHEN coalesce(match, 'none') = 'none' THEN 'none' ELSE 'entry' END AS level,
        CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
        CASE WHEN level = 'entry' THEN code ELSE error_code END AS code,
        params,
        -- An entry that says the model is unknown, and does not say which.
        level = 'none' OR coalesce(len(params), 0) = 0 AS asks_model,
        count(*) AS failures
    FROM events
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
    WHERE failed
        AND CASE
            WHEN coalesce(match, 'none') = 'none' THEN error_code = 'model_not_found' AND model <> ''
            WHEN len(params) > 0 THEN entry_id IS NOT NULL
            ELSE entry_id IS NOT NULL AND category = 'not_found' AND model <> ''
        END
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
placed AS MATERIALIZED (
    SELECT slice, model, level, entry_id, code, 0 AS position, model AS value, failures
    FROM failure
    WHERE asks_model
    UNION ALL
    SELECT
        slice, model, level, entry_id, code,
        unnest(range(1, len(params) + 1)) AS position,
        unnest(params) AS value,
        failures
    FROM failure
    WHERE NOT asks_model
),
counted AS (
    SELECT
        level, entry_id, code, position, value,
        try_cast(replace(value, ',', '') AS DOUBLE) AS number,
        row_number() OVER (placeholder ORDER BY sum(failures) DESC, value) AS place,
        count(*) OVER placeholder AS different,
        -- Infinity and what is no number are none to cut into ranges.
        bool_and(coalesce(number BETWEEN 0 AND 1e300, false)) OVER placeholder AS is_number
    FROM placed
    WHERE value IS NOT NULL
    GROUP BY level, entry_id, code, position, value
    WINDOW placeholder AS (PARTITION BY level, entry_id, code, position)
),
-- Many different numbers say more as ranges: 1, 2, 5, 10, 20, 50, ...
named AS (
    SELECT
        level, entry_id, code, position, value, different,
        is_number AND different > $top AS is_range,
        10 ** floor(log10(greatest(number, 1))) AS decade,
        CASE
            WHEN position = 0 AND place <= $top THEN 'model'
            WHEN is_range THEN 'range'
            WHEN place <= $top THEN 'value'
            ELSE 'rest'
        END AS kind,
        CASE
            WHEN place <= $top AND NOT is_range THEN value
            WHEN NOT is_range THEN NULL
            WHEN number < 1 THEN '0-1'
            WHEN number < 2 * decade THEN format('{:.0f}-{:.0f}', decade, 2 * decade)
            WHEN number < 5 * decade THEN format('{:.0f}-{:.0f}', 2 * decade, 5 * decade)
            ELSE format('{:.0f}-{:.0f}', 5 * decade, 10 * decade)
        END AS shown
    FROM counted
),
-- Two numbers, such as a length and its maximum: how much of the second the first is.
compared AS (
    SELECT
        slice, model, level, entry_id, code, failures,
        try_cast(replace(params[1], ',', '') AS DOUBLE)
            / nullif(try_cast(replace(params[2], ',', '') AS DOUBLE), 0) AS part
    FROM failure
    WHERE len(params) = 2 AND part BETWEEN 0 AND 1e300
),
edge AS (
    SELECT unnest([
        {least: 0, most: 1, shown: '0-1'},
        {least: 1, most: 1.1, shown: '1-1.1'},
        {least: 1.1, most: 1.25, shown: '1.1-1.25'},
        {least: 1.25, most: 1.5, shown: '1.25-1.5'},
        {least: 1.5, most: 2, shown: '1.5-2'},
        {least: 2, most: 5, shown: '2-5'},
        {least: 5, most: 1e300, shown: '5-'}
    ], recursive := true)
)
SELECT
    slice, model, placed.level, placed.entry_id, placed.code, placed.position, kind, shown AS value, different,
    sum(failures)::BIGINT AS failures
FROM placed
JOIN named
    ON named.level = placed.level AND named.entry_id IS NOT DISTINCT FROM placed.entry_id
    AND named.code = placed.code AND named.position = placed.position AND named.value = placed.value
GROUP BY ALL
UNION ALL
SELECT
    slice, model, level, entry_id, code, 0 AS position, 'part' AS kind, shown AS value, NULL AS different,
    sum(failures)::BIGINT AS failures
FROM compared
JOIN edge ON part >= least AND part < most
GROUP BY ALL
ORDER BY ALL
