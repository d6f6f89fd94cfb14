-- A line without a time takes the last one above it. Where there is none at all, it is no event. Only
-- suspects can lack a time. A line may hold several records.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT
    staged.* REPLACE (
        CASE WHEN outcome = 'event' AND above.ts IS NULL THEN 'reject' ELSE outcome END AS outcome,
        CASE WHEN outcome = 'event' AND above.ts IS NULL THEN 'no_time' ELSE reason END AS reason,
        CASE WHEN outcome = 'event' THEN coalesce(staged.ts, above.ts) ELSE staged.ts END AS ts
    )
FROM staged
JOIN (
    SELECT line_no, max(ts) AS ts
    FROM (
        SELECT
            line_no,
            coalesce(last_value(ts IGNORE NULLS) OVER (ORDER BY line_no, ts ROWS UNBOUNDED PRECEDING), make_timestamptz($before::BIGINT)) AS ts
        FROM outcome
    )
    GROUP BY line_no
) AS above USING (line_no)
