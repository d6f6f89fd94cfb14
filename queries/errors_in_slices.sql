-- title: Errors in slices of time
-- title.zh: 各时间片的错误
-- answers: Which error failed how often in each minute, of all or of an owner, category, model or source?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour = minute: how long a slice is, counted from midnight UTC
-- param entry VARCHAR = NULL: failures of this catalogue entry only
-- param code VARCHAR = NULL: failures of this code only, the catalogue's or as seen
-- param category VARCHAR = NULL: failures of this category only, or uncatalogued
-- param owner VARCHAR = NULL: failures that this owner has to act on only
-- param model VARCHAR = NULL: failures of this model only
-- param source VARCHAR = NULL: failures of sources whose name, or whose end from a / on, fits this glob only
-- returns key VARCHAR: the entry, or the level and the code, as in errors_in_scope
-- returns slice TIMESTAMPTZ: when the slice starts
-- returns failures BIGINT: attempts that failed

SELECT
    CASE
        WHEN coalesce(match, 'none') = 'none' THEN 'none:' || coalesce(nullif(error_code, ''), '(none)')
        WHEN entry_id IS NULL THEN 'code:' || coalesce(nullif(code, ''), '(none)')
        ELSE entry_id
    END AS key,
    make_timestamptz(epoch_us(ts) // step * step) AS slice,
    count(*) AS failures
FROM events
JOIN sources USING (source_id)
CROSS JOIN (
    SELECT
        CASE $step WHEN 'minute' THEN 60000000 WHEN '5minutes' THEN 300000000
            WHEN '15minutes' THEN 900000000 ELSE 3600000000 END AS step
)
WHERE
    failed
    AND ts IS NOT NULL
    AND ($since IS NULL OR ts >= $since)
    AND ($until IS NULL OR ts < $until)
    AND ($entry IS NULL OR entry_id = $entry)
    AND ($code IS NULL OR coalesce(code, error_code) = $code)
    AND (
        $category IS NULL
        OR CASE WHEN coalesce(match, 'none') = 'none' THEN 'uncatalogued' ELSE coalesce(category, 'several') END = $category
    )
    AND ($owner IS NULL OR coalesce(nullif(owner, ''), 'unknown') = $owner)
    AND ($model IS NULL OR model = $model)
    AND ($source IS NULL OR ('/' || name) GLOB ('*/' || $source) OR suffix('/' || name, '/' || $source))
GROUP BY key, slice
ORDER BY key, slice
