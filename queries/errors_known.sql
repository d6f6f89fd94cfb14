-- title: Errors known
-- title.zh: 已知错误
-- answers: Which errors were seen up to a moment, and when for the first and the last time?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns level VARCHAR: entry, code (the code is known, its row is not) or none (not in the catalogue)
-- returns entry_id VARCHAR: the entry; NULL unless the level is entry
-- returns code VARCHAR: the catalogue's code; on level none the code as seen, or (none)
-- returns failures BIGINT: attempts that failed
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures

SELECT
    CASE
        WHEN coalesce(match, 'none') = 'none' THEN 'none'
        WHEN entry_id IS NULL THEN 'code'
        ELSE 'entry'
    END AS level,
    CASE WHEN level = 'entry' THEN entry_id END AS entry_id,
    coalesce(nullif(CASE WHEN level = 'none' THEN error_code ELSE code END, ''), '(none)') AS code,
    count(*) AS failures,
    min(ts) AS first_seen,
    max(ts) AS last_seen
FROM events
WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
GROUP BY ALL
ORDER BY failures DESC, level, entry_id, code
