-- title: Retries
-- title.zh: 重试
-- answers: Which failures were tried again, did it help, and was there any use in it?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour|3hours|6hours|12hours|day = hour: how long a slice is
-- param shift BIGINT = 0: so many seconds the clock whose hours and days are cut is ahead of UTC
-- param within BIGINT = 600: a further attempt counts as a retry when it begins at most so many seconds after the last
-- returns slice TIMESTAMPTZ: when the slice starts in which the failure lies
-- returns model VARCHAR: the model asked for; (none) without one
-- returns endpoint VARCHAR: the path with its identifiers replaced
-- returns api_key VARCHAR: the key's label
-- returns failed BOOLEAN: false where only a number tells of a retry, which succeeded: nobody knows after what
-- returns status SMALLINT: the HTTP status of the failure; NULL, as what follows, unless failed
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns retry VARCHAR: what the catalogue says: never, after_wait or after_reset; NULL where it says nothing
-- returns failures BIGINT: failures with an operation id, and those that their number tells to be further attempts
-- returns retries BIGINT: attempts that followed such a failure in the same call
-- returns helped BIGINT: of these, attempts that succeeded

-- Calls that met no failure have no retry, and most calls are these.
WITH failing AS (
    SELECT DISTINCT operation_id
    FROM events
    WHERE failed AND operation_id <> ''
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
attempt AS (
    SELECT
        ts, failed, model, endpoint, api_key, status, match, entry_id, code, error_code,
        lead(ts) OVER following AS next_ts,
        lead(failed) OVER following AS next_failed,
        lead(attempt) OVER following > attempt AS next_is_later
    FROM events
    SEMI JOIN failing USING (operation_id)
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    -- Some logs give one id to a whole session: an attempt at another endpoint is another call.
    WINDOW following AS (
        PARTITION BY operation_id, endpoint
        ORDER BY attempt NULLS FIRST, ts, source_id, line_no
    )
),
told AS (
    SELECT
        ts, model, endpoint, api_key, status, match, entry_id, code, error_code, failed,
        coalesce(next_is_later, true) AND epoch_us(next_ts) - epoch_us(ts) BETWEEN 0 AND $within::BIGINT * 1000000
            AS retried,
        retried AND NOT next_failed AS helped
    FROM attempt
    WHERE failed
    UNION ALL
    -- An attempt's number without an id tells of a retry, and not of what was tried before.
    SELECT
        ts, model, endpoint, api_key, status, match, entry_id, code, error_code, failed,
        true AS retried,
        NOT failed AS helped
    FROM events
    WHERE attempt > 1 AND coalesce(operation_id, '') = ''
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
)
SELECT
    -- Counted from the year 1, so that whole division cuts times before 1970 the same way.
    make_timestamptz((epoch_us(ts) + ahead) // step_width * step_width - ahead) AS slice,
    coalesce(nullif(model, ''), '(none)') AS model,
    coalesce(nullif(endpoint, ''), '(none)') AS endpoint,
    coalesce(nullif(api_key, ''), '(none)') AS api_key,
    failed,
    CASE WHEN failed THEN status END AS status,
    CASE
        WHEN NOT failed THEN NULL
        WHEN coalesce(match, 'none') = 'none' THEN 'none'
        WHEN told.entry_id IS NULL THEN 'code'
        ELSE 'entry'
    END AS level,
    CASE WHEN level = 'entry' THEN told.entry_id END AS entry_id,
    CASE
        WHEN failed
            THEN coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE told.code END, ''), '(none)')
    END AS code,
    retry,
    count(*) FILTER (failed) AS failures,
    count(*) FILTER (retried) AS retries,
    count(*) FILTER (helped) AS helped
FROM told
LEFT JOIN catalog_entries AS entry ON entry.entry_id = told.entry_id
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
