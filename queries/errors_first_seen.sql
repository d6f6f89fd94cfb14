-- title: First sight of each error
-- title.zh: 各错误首次出现
-- answers: Which errors occurred in a span, and when was each seen first and last?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param entry VARCHAR = NULL: failures of this catalogue entry only
-- param code VARCHAR = NULL: failures of this code only, the catalogue's or as seen
-- param category VARCHAR = NULL: failures of this category only, or uncatalogued
-- param owner VARCHAR = NULL: failures that this owner has to act on only
-- param model VARCHAR = NULL: failures of this model only
-- param source VARCHAR = NULL: failures of sources whose name, or whose end from a / on, fits this glob only
-- returns key VARCHAR: the entry, or the level and the code, as in errors_in_scope
-- returns failures BIGINT: attempts that failed
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures

WITH counted AS (
    -- By the bare columns first: what is named afterwards is small.
    SELECT match, entry_id, code, error_code, count(*) AS failures, min(ts) AS first_seen, max(ts) AS last_seen
    FROM events
    JOIN sources USING (source_id)
    WHERE
        failed
        AND ts IS NOT NULL
        AND ($since IS NULL OR ts >= $since)
        AND ($until IS NULL OR ts < $until)
        AND ($entry IS NULL OR entry_id = $entry)
        AND ($code IS NULL OR coalesce(code, error_code) = $code)
        AND (
            $category IS NULL
            OR CASE WHEN coalesce(match, 'none') = 'none' THEN 'uncatalogued' ELSE coalesce(category, 'several') END
            = $category
        )
        AND ($owner IS NULL OR coalesce(nullif(owner, ''), 'unknown') = $owner)
        AND ($model IS NULL OR model = $model)
        AND ($source IS NULL OR ('/' || name) GLOB ('*/' || $source) OR suffix('/' || name, '/' || $source))
    GROUP BY match, entry_id, code, error_code
)
SELECT
    CASE
        WHEN coalesce(match, 'none') = 'none' THEN 'none:' || coalesce(nullif(error_code, ''), '(none)')
        WHEN entry_id IS NULL THEN 'code:' || coalesce(nullif(code, ''), '(none)')
        ELSE entry_id
    END AS key,
    sum(failures)::BIGINT AS failures,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM counted
GROUP BY key
ORDER BY failures DESC, key
