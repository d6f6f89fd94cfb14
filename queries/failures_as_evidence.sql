-- title: Failures as evidence
-- title.zh: 失败的证据
-- answers: Which requests show that something fails: their ids, and where they stand in the logs?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param entry VARCHAR = NULL: failures of this catalogue entry only
-- param code VARCHAR = NULL: failures of this code only, the catalogue's or as seen
-- param category VARCHAR = NULL: failures of this category only, or uncatalogued
-- param owner VARCHAR = NULL: failures that this owner has to act on only
-- param model VARCHAR = NULL: failures of this model only
-- param source VARCHAR = NULL: failures of sources whose name, or whose end from a / on, fits this glob only
-- param limit BIGINT = 5: at most so many rows, the latest first
-- returns ts TIMESTAMPTZ: when it was logged
-- returns request_id VARCHAR: the request's id, where the log tells it
-- returns source VARCHAR: the log
-- returns line_no BIGINT: the line there
-- returns model VARCHAR: the model that was asked for
-- returns status SMALLINT: the HTTP status
-- returns code VARCHAR: the catalogue's code, else the code as seen

SELECT ts, request_id, name AS source, line_no, model, status, coalesce(code, error_code) AS code
FROM events
JOIN sources USING (source_id)
WHERE
    failed
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
ORDER BY ts DESC NULLS LAST, source, line_no DESC
LIMIT $limit
