-- Third part: which earlier request an error completes. Requests open and errors close, like parentheses,
-- within a thread and a status; a close without an open stands alone. Openers of earlier batches come first.
marks AS (
    SELECT opener_key AS key, status, line_no, TRUE AS opens FROM openers
    UNION ALL
    SELECT key, status, line_no, is_attempt FROM keyed WHERE status >= 400
),
depths AS (
    SELECT
        *,
        balance - least(0, min(balance) OVER (PARTITION BY key, status ORDER BY line_no)) AS depth
    FROM (
        SELECT *, sum(CASE WHEN opens THEN 1 ELSE -1 END) OVER (PARTITION BY key, status ORDER BY line_no) AS balance FROM marks
    )
),
levels AS (
    SELECT
        *,
        CASE WHEN opens THEN depth ELSE lag(depth, 1, 0) OVER (PARTITION BY key, status ORDER BY line_no) END AS level
    FROM depths
),
-- `apart`: the request was stored with an earlier batch, or the error stands in the last record, which the
-- caller may drop and read again with the next batch; the request then stays as it is.
completions AS MATERIALIZED (
    SELECT opener, line_no AS error_line, opener < batch.first_line OR (line_no >= batch.last_start AND opener < batch.last_start) AS apart
    FROM (
        SELECT *, lag(line_no) OVER (PARTITION BY key, status, level ORDER BY line_no) AS opener FROM levels WHERE level > 0
    ), (
        SELECT min(line_no) AS first_line, max(line_no) FILTER (starts_apart) AS last_start FROM rows
    ) AS batch
    WHERE NOT opens AND line_no - opener <= 1000
),
