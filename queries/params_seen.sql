-- title: Values in the messages
-- title.zh: 错误信息中的取值
-- answers: Which limits, models, addresses or lengths did the failures name?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param top BIGINT = 5: at most so many values of each placeholder, the commonest first
-- returns entry_id VARCHAR: the entry
-- returns code VARCHAR: its code
-- returns message VARCHAR: its message, with its placeholders
-- returns position BIGINT: which placeholder, from 1
-- returns value VARCHAR: what stood in its place
-- returns failures BIGINT: attempts that failed with this value
-- returns share DOUBLE: part of the entry's failures with a value in this place
-- returns values BIGINT: how many different values there were
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures

WITH found AS (
    SELECT entry_id, params, count(*) AS failures, min(ts) AS first_seen, max(ts) AS last_seen
    FROM events
    WHERE failed AND entry_id IS NOT NULL AND len(params) > 0
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY entry_id, params
),
placed AS (
    SELECT
        entry_id,
        unnest(range(1, len(params) + 1)) AS position,
        unnest(params) AS value,
        failures,
        first_seen,
        last_seen
    FROM found
),
counted AS (
    SELECT
        entry_id,
        position,
        value,
        sum(failures)::BIGINT AS failures,
        sum(failures) / sum(sum(failures)) OVER (PARTITION BY entry_id, position) AS share,
        count(*) OVER (PARTITION BY entry_id, position) AS values,
        min(first_seen) AS first_seen,
        max(last_seen) AS last_seen
    FROM placed
    WHERE value IS NOT NULL
    GROUP BY entry_id, position, value
    QUALIFY row_number() OVER (PARTITION BY entry_id, position ORDER BY sum(failures) DESC, value) <= $top
)
SELECT entry_id, code, message, counted.position, value, failures, share, values, first_seen, last_seen
FROM counted
LEFT JOIN catalog_entries USING (entry_id)
ORDER BY entry_id, counted.position, failures DESC, value
