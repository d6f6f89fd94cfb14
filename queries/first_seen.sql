-- title: First and last seen
-- title.zh: 首次与最近出现时间
-- answers: Since when does the store know each error, model, endpoint and key, and when was it seen last?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns kind VARCHAR: error, model, endpoint or api_key
-- returns level VARCHAR: of errors: entry, code (its row is not sure) or none (not in the catalogue); else NULL
-- returns name VARCHAR: the entry, the code, the model, the endpoint or the key; (none) without one
-- returns first_seen TIMESTAMPTZ: the first event with it; NULL where none carries a time
-- returns last_seen TIMESTAMPTZ: the last event with it

WITH known AS (
    -- One pass over all events by their bare columns; what is counted of these groups afterwards is small.
    SELECT model, endpoint, api_key, min(ts) AS first_seen, max(ts) AS last_seen
    FROM events
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY model, endpoint, api_key
),
failure AS (
    SELECT
        CASE
            WHEN coalesce(match, 'none') = 'none' THEN 'none'
            WHEN entry_id IS NULL THEN 'code'
            ELSE 'entry'
        END AS level,
        CASE level WHEN 'entry' THEN entry_id WHEN 'code' THEN code ELSE error_code END AS name,
        ts
    FROM events
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
named AS (
    SELECT 'error' AS kind, level, name, min(ts) AS first_seen, max(ts) AS last_seen
    FROM failure
    GROUP BY level, name
    UNION ALL
    SELECT 'model', NULL, model, first_seen, last_seen FROM known
    UNION ALL
    SELECT 'endpoint', NULL, endpoint, first_seen, last_seen FROM known
    UNION ALL
    SELECT 'api_key', NULL, api_key, first_seen, last_seen FROM known
)
SELECT
    kind,
    level,
    coalesce(nullif(name, ''), '(none)') AS name,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen
FROM named
GROUP BY ALL
ORDER BY kind, level, name
