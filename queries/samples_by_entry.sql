-- title: Sample lines
-- title.zh: 日志原文样例
-- answers: What do the failures of each entry look like in the logs?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param per_entry BIGINT = 5: at most so many lines of each entry or code, the latest first
-- returns level VARCHAR: entry, code or none, as in entries_seen
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns position BIGINT: 1 for the latest sample of its entry or code
-- returns ts TIMESTAMPTZ: when it was logged
-- returns source VARCHAR: the log
-- returns line_no BIGINT: the line there
-- returns line VARCHAR: its text, masked
-- returns params VARCHAR[]: the values found in the entry's placeholders
-- returns request_id VARCHAR: the request's identifier
-- returns model VARCHAR: the model asked for
-- returns endpoint VARCHAR: the path with its identifiers replaced
-- returns api_key VARCHAR: the key's label
-- returns status SMALLINT: the HTTP status
-- returns source_id INTEGER: the log's number

WITH sample AS (
    SELECT
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'none'
            WHEN entry_id IS NULL THEN 'code'
            ELSE 'entry'
        END AS level,
        CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
        coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE code END, ''), '(none)') AS code,
        events.ts,
        source_id,
        line_no,
        line,
        params,
        request_id,
        model,
        endpoint,
        api_key,
        status
    FROM samples
    JOIN events USING (source_id, line_no)
    WHERE failed AND ($since IS NULL OR events.ts >= $since) AND ($until IS NULL OR events.ts < $until)
)
SELECT
    level,
    entry_id,
    code,
    row_number() OVER (
        PARTITION BY level, entry_id, code ORDER BY ts DESC NULLS LAST, source_id, line_no
    ) AS position,
    ts,
    name AS source,
    line_no,
    line,
    params,
    request_id,
    model,
    endpoint,
    api_key,
    status,
    source_id
FROM sample
JOIN sources USING (source_id)
QUALIFY position <= $per_entry
ORDER BY level, entry_id, code, position
