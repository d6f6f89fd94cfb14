-- title: Long tasks
-- title.zh: 长任务
-- answers: What became of each asynchronous task, and how long did it take? Each counts once, however often it was polled.
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour|3hours|6hours|12hours|day = hour: how long a slice is
-- param shift BIGINT = 0: so many seconds the clock whose hours and days are cut is ahead of UTC
-- returns slice TIMESTAMPTZ: when the slice starts in which the log first tells of the task
-- returns model VARCHAR: the model asked for; (none) without one
-- returns endpoint VARCHAR: the endpoint of the task's first line
-- returns api_key VARCHAR: the key's label
-- returns failed BOOLEAN: whether the outcome is failed or lost; the columns from status to code are NULL for others
-- returns status SMALLINT: the HTTP status of the answer that told the end
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the reason: the entry; NULL unless the level is entry
-- returns code VARCHAR: the reason: the catalogue's code; on level none the code as seen, or (none)
-- returns outcome VARCHAR: failed (an answer of a 200 told so), lost (the last request about it failed) or answered (neither: it is done, or still runs)
-- returns lasted_from BIGINT: seconds from the first to the telling line, in doubling steps: 0, 1, 2, 4, ...; NULL for a task of one line
-- returns tasks BIGINT: different tasks
-- returns submitted BIGINT: of these, tasks whose submission the log tells too
-- returns polls BIGINT: requests about them after the submission
-- returns reports BIGINT: lines that told a failure, which a count of failures holds
-- returns seconds DOUBLE: how long they lasted, added up

-- A task is polled often: its lines are counted by their bare columns first, and told apart afterwards.
WITH line AS (
    SELECT
        task_id AS task,
        model, endpoint, api_key, method, status, failed, match, entry_id, code, error_code,
        min(ts) AS first_ts,
        max(ts) AS last_ts,
        count(*) AS lines
    FROM events
    WHERE task_id <> '' AND ts IS NOT NULL AND coalesce(api, 'model') = 'model'
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
    UNION ALL
    SELECT
        -- A poll's path ends in the task's id, where no field tells it.
        regexp_extract(path, '([^/?#]+)/?(?:[?#].*)?$', 1) AS task,
        * EXCLUDE (path)
    FROM (
        -- Apart from those with a field for the task, so that only the endpoint is read of most events.
        SELECT
            path, model, endpoint, api_key, method, status, failed, match, entry_id, code, error_code,
            min(ts) AS first_ts,
            max(ts) AS last_ts,
            count(*) AS lines
        FROM events
        WHERE (endpoint LIKE '%generations/{%}' OR endpoint LIKE '%tasks/{%}')
            AND (task_id IS NULL OR task_id = '') AND ts IS NOT NULL AND coalesce(api, 'model') = 'model'
            AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
        GROUP BY ALL
    )
),
told AS (
    SELECT
        task,
        first_ts,
        last_ts,
        lines,
        nullif(model, '') AS model,
        nullif(endpoint, '') AS endpoint,
        nullif(api_key, '') AS api_key,
        failed,
        failed AND coalesce(status, 200) < 400 AS told_failed,
        NOT failed AND NOT suffix(coalesce(endpoint, '}'), '}') AND coalesce(method, 'POST') = 'POST'
            AS is_submission,
        CASE
            WHEN failed
                THEN {
                    status: status,
                    level: CASE
                        WHEN coalesce(match, 'none') = 'none' THEN 'none'
                        WHEN entry_id IS NULL THEN 'code'
                        ELSE 'entry'
                    END,
                    entry_id: CASE WHEN coalesce(match, 'none') <> 'none' THEN entry_id END,
                    code: coalesce(
                        nullif(CASE WHEN coalesce(match, 'none') = 'none' THEN error_code ELSE code END, ''),
                        '(none)'
                    )
                }
        END AS error
    FROM line
    WHERE task <> ''
),
task AS (
    SELECT
        min(told.first_ts) AS first_ts,
        max(told.last_ts) AS last_ts,
        min(told.first_ts) FILTER (told_failed) AS failed_ts,
        arg_min(model, told.first_ts) FILTER (model IS NOT NULL) AS model,
        arg_min(endpoint, told.first_ts) FILTER (endpoint IS NOT NULL) AS endpoint,
        arg_min(api_key, told.first_ts) FILTER (api_key IS NOT NULL) AS api_key,
        arg_max(failed, told.last_ts) AS last_failed,
        arg_min(error, told.first_ts) FILTER (told_failed) AS reason,
        arg_max(error, told.last_ts) FILTER (failed) AS last_error,
        sum(told.lines) AS lines,
        arg_min(is_submission, told.first_ts) AS submitted,
        coalesce(sum(told.lines) FILTER (failed), 0) AS reports
    FROM told
    GROUP BY task
),
ended AS (
    SELECT
        *,
        CASE WHEN failed_ts IS NOT NULL THEN 'failed' WHEN last_failed THEN 'lost' ELSE 'answered' END
            AS outcome,
        CASE outcome WHEN 'failed' THEN reason WHEN 'lost' THEN last_error END AS error,
        (epoch_us(coalesce(failed_ts, last_ts)) - epoch_us(first_ts)) / 1e6 AS lasted
    FROM task
)
SELECT
    -- Counted from the year 1, so that whole division cuts times before 1970 the same way.
    make_timestamptz((epoch_us(first_ts) + ahead) // step_width * step_width - ahead) AS slice,
    coalesce(model, '(none)') AS model,
    coalesce(endpoint, '(none)') AS endpoint,
    coalesce(api_key, '(none)') AS api_key,
    outcome <> 'answered' AS failed,
    error.status AS status,
    error.level AS level,
    error.entry_id AS entry_id,
    error.code AS code,
    outcome,
    CASE WHEN lines = 1 THEN NULL WHEN lasted < 1 THEN 0 ELSE 2 ** floor(log2(lasted)) END::BIGINT AS lasted_from,
    count(*) AS tasks,
    count(*) FILTER (submitted) AS submitted,
    sum(lines - submitted::BIGINT)::BIGINT AS polls,
    sum(reports)::BIGINT AS reports,
    coalesce(sum(round(lasted * 1000)) FILTER (lines > 1), 0) / 1000 AS seconds
FROM ended
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
