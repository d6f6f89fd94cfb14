-- title: Entries seen
-- title.zh: 出现过的错误条目
-- answers: Which catalogue entries occurred, what do they mean, and what is to be done?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param language en|zh = en: language of meaning and remedy
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns failures BIGINT: attempts that failed
-- returns requests BIGINT: requests of the whole range, the denominator
-- returns error_rate DOUBLE: failures of logs that hold successes too, per request; NULL without requests
-- returns share DOUBLE: part of all failures of the range
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns failures_without_rate BIGINT: failures of logs that hold failures only
-- returns by_template BIGINT: failures matched by code and message
-- returns by_message BIGINT: failures matched by message alone
-- returns http_status SMALLINT: the catalogue's status
-- returns message VARCHAR: the catalogue's message, with its placeholders
-- returns category VARCHAR: what went wrong; uncatalogued on level none
-- returns action VARCHAR: what to do, in one word
-- returns owner VARCHAR: who acts
-- returns retry VARCHAR: never, after_wait or after_reset
-- returns meaning VARCHAR: what it means
-- returns remedy_id VARCHAR: the remedy, which entries may share
-- returns remedy VARCHAR: what to do, in words

WITH failure AS (
    SELECT
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'none'
            WHEN entry_id IS NULL THEN 'code'
            ELSE 'entry'
        END AS level,
        CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
        coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE code END, ''), '(none)') AS code,
        CASE WHEN level = 'none' THEN 'uncatalogued' ELSE coalesce(category, 'several') END AS category,
        CASE WHEN level <> 'none' THEN action END AS action,
        coalesce(owner, 'unknown') AS owner,
        match,
        ts,
        population = 'requests' AS rated
    FROM events
    JOIN sources USING (source_id)
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
request AS (SELECT requests_between($since, $until) AS requests),
counted AS (
    SELECT
        level,
        entry_id,
        code,
        count(*) AS failures,
        count(*) FILTER (rated) AS rated_failures,
        count(*) FILTER (match = 'template') AS by_template,
        count(*) FILTER (match = 'message') AS by_message,
        min(ts) AS first_seen,
        max(ts) AS last_seen,
        CASE WHEN min(category) = max(category) THEN min(category) ELSE 'several' END AS category,
        CASE
            WHEN min(action) = max(action) THEN min(action)
            WHEN min(action) IS NOT NULL THEN 'several'
        END AS action,
        CASE WHEN min(owner) = max(owner) THEN min(owner) ELSE 'several' END AS owner
    FROM failure
    GROUP BY level, entry_id, code
)
SELECT
    level,
    counted.entry_id,
    counted.code,
    failures,
    requests,
    rated_failures / nullif(requests, 0) AS error_rate,
    failures / sum(failures) OVER () AS share,
    first_seen,
    last_seen,
    failures - rated_failures AS failures_without_rate,
    by_template,
    by_message,
    http_status,
    message,
    counted.category,
    counted.action,
    counted.owner,
    retry,
    CASE WHEN $language = 'zh' THEN meaning_zh ELSE meaning_en END AS meaning,
    remedy_id,
    CASE WHEN $language = 'zh' THEN remedy_zh ELSE remedy_en END AS remedy
FROM counted
CROSS JOIN request
LEFT JOIN catalog_entries AS entry ON entry.entry_id = counted.entry_id
ORDER BY failures DESC, level, counted.entry_id, counted.code
LIMIT $limit
