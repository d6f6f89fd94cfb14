-- title: Streams of logs
-- title.zh: 日志流
-- answers: Which logs have something in a range, and which fell silent in it?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns stream VARCHAR: the sources' folder and name, # for each number of the name, so that rotated files are one stream
-- returns sources BIGINT: how many sources (files, and their generations) the stream has in the range
-- returns events BIGINT: HTTP attempts in the range
-- returns first_ts TIMESTAMPTZ: the first of them
-- returns last_ts TIMESTAMPTZ: the last of them

WITH counted AS (
    SELECT source_id, count(*) AS attempts, min(ts) AS first_ts, max(ts) AS last_ts
    FROM events
    WHERE ts IS NOT NULL AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY source_id
)
SELECT
    -- A rotation gives numbers, and the compressed file an ending; the folder is none of it.
    regexp_extract(name, '^(.*/)?[^/]*$', 1) || regexp_replace(
        regexp_replace(
            regexp_extract(name, '[^/]*$'), '([._-]?[0-9]+)+(\.(gz|bz2|xz|zst))?$|\.(gz|bz2|xz|zst)$', ''
        ),
        '[0-9]+', '#', 'g'
    ) AS stream,
    count(*) AS sources,
    sum(attempts)::BIGINT AS events,
    min(first_ts) AS first_ts,
    max(last_ts) AS last_ts
FROM counted
JOIN sources USING (source_id)
GROUP BY stream
ORDER BY events DESC, stream
