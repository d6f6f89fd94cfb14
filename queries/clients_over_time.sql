-- title: Failures by client over time
-- title.zh: 各客户端的失败随时间的变化
-- answers: Which clients saw which failures, and when?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour|3hours|6hours|12hours|day = hour: how long a slice is
-- param shift BIGINT = 0: so many seconds the clock whose hours and days are cut is ahead of UTC
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns slice TIMESTAMPTZ: when the slice starts; NULL for failures without a time
-- returns model VARCHAR: the model asked for
-- returns endpoint VARCHAR: the path with its identifiers replaced
-- returns api_key VARCHAR: the key's label
-- returns status SMALLINT: the HTTP status
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns category VARCHAR: what went wrong; uncatalogued on level none
-- returns action VARCHAR: what to do, in one word
-- returns owner VARCHAR: who acts
-- returns client VARCHAR: the caller's address; NULL where the log has none
-- returns failures BIGINT: attempts that failed

WITH width AS (
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
        END AS step,
        -- Counted from the year 1 of that clock, so that whole division cuts times before 1970 the same way.
        62135596800000000 + $shift::BIGINT * 1000000 AS ahead
)
SELECT
    make_timestamptz((epoch_us(ts) + ahead) // step * step - ahead) AS slice,
    nullif(model, '') AS model,
    nullif(endpoint, '') AS endpoint,
    nullif(api_key, '') AS api_key,
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
    nullif(client, '') AS client,
    count(*) AS failures
FROM events
CROSS JOIN width
WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
GROUP BY ALL
ORDER BY failures DESC, slice, model, endpoint, api_key, status, level, entry_id, code, category, action, owner, client
LIMIT $limit
