-- title: Failures in slices of time
-- title.zh: 各时间片的失败数
-- answers: How many requests failed in each minute, of all or of an entry, code, category, owner, model or source?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour = minute: how long a slice is, counted from midnight UTC
-- param entry VARCHAR = NULL: failures of this catalogue entry only
-- param code VARCHAR = NULL: failures of this code only, the catalogue's or as seen
-- param category VARCHAR = NULL: failures of this category only, or uncatalogued
-- param owner VARCHAR = NULL: failures that this owner has to act on only
-- param model VARCHAR = NULL: failures of this model only
-- param source VARCHAR = NULL: failures of sources whose name, or whose end from a / on, fits this glob only
-- returns slice TIMESTAMPTZ: when the slice starts; slices without a failure are left out
-- returns failures BIGINT: attempts that failed
-- returns rated_failures BIGINT: those of logs that hold successes too, the part that has a rate

SELECT
    make_timestamptz(epoch_us(ts) // step * step) AS slice,
    count(*) AS failures,
    count(*) FILTER (population = 'requests') AS rated_failures
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
GROUP BY slice
ORDER BY slice
