-- title: Errors of a part of the traffic
-- title.zh: 部分流量中的错误
-- answers: Which errors make up the failures of an owner, category, model or source, since when, and what is to be done?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param entry VARCHAR = NULL: failures of this catalogue entry only
-- param code VARCHAR = NULL: failures of this code only, the catalogue's or as seen
-- param category VARCHAR = NULL: failures of this category only, or uncatalogued
-- param owner VARCHAR = NULL: failures that this owner has to act on only
-- param model VARCHAR = NULL: failures of this model only
-- param source VARCHAR = NULL: failures of sources whose name, or whose end from a / on, fits this glob only
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns key VARCHAR: the entry, or the level and the code
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns category VARCHAR: what went wrong; uncatalogued on level none
-- returns action VARCHAR: what to do, in one word
-- returns owner VARCHAR: who acts
-- returns failures BIGINT: attempts that failed
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns message VARCHAR: the catalogue's message with its placeholders, else a message as seen
-- returns models VARCHAR[]: the models that failed so, the first ten by name
-- returns meaning_en VARCHAR: what it means
-- returns meaning_zh VARCHAR: the same in Chinese
-- returns remedy_en VARCHAR: what to do
-- returns remedy_zh VARCHAR: the same in Chinese

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
        coalesce(nullif(owner, ''), 'unknown') AS owner,
        ts,
        model,
        CASE WHEN level <> 'entry' THEN error_message END AS seen
    FROM events
    JOIN sources USING (source_id)
    WHERE
        failed
        AND ($since IS NULL OR ts >= $since)
        AND ($until IS NULL OR ts < $until)
        AND ($entry IS NULL OR entry_id = $entry)
        AND ($code IS NULL OR coalesce(events.code, error_code) = $code)
        AND (
            $category IS NULL
            OR CASE WHEN coalesce(match, 'none') = 'none' THEN 'uncatalogued' ELSE coalesce(events.category, 'several') END
            = $category
        )
        AND ($owner IS NULL OR coalesce(nullif(events.owner, ''), 'unknown') = $owner)
        AND ($model IS NULL OR model = $model)
        AND ($source IS NULL OR ('/' || name) GLOB ('*/' || $source) OR suffix('/' || name, '/' || $source))
),
counted AS (
    SELECT
        level,
        entry_id,
        code,
        CASE WHEN min(category) = max(category) THEN min(category) ELSE 'several' END AS category,
        CASE WHEN min(action) = max(action) THEN min(action) WHEN min(action) IS NOT NULL THEN 'several' END AS action,
        CASE WHEN min(owner) = max(owner) THEN min(owner) ELSE 'several' END AS owner,
        count(*) AS failures,
        min(ts) AS first_seen,
        max(ts) AS last_seen,
        min(left(seen, 300)) AS seen,
        list(DISTINCT nullif(model, '') ORDER BY nullif(model, ''))[:10] AS models
    FROM failure
    GROUP BY level, entry_id, code
)
SELECT
    CASE WHEN level = 'entry' THEN counted.entry_id ELSE level || ':' || counted.code END AS key,
    level,
    counted.entry_id,
    counted.code,
    counted.category,
    counted.action,
    counted.owner,
    failures,
    first_seen,
    last_seen,
    coalesce(message, seen) AS message,
    coalesce(list_filter(models, lambda model: model IS NOT NULL), []) AS models,
    meaning_en,
    meaning_zh,
    remedy_en,
    remedy_zh
FROM counted
LEFT JOIN catalog_entries AS entry ON entry.entry_id = counted.entry_id
ORDER BY failures DESC, key
LIMIT $limit
