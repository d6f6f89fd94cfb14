-- A line without a time takes the last one above it. Where there is none at all, it is no event.
CREATE OR REPLACE TEMP TABLE staged AS
SELECT
    * REPLACE (
        CASE WHEN outcome = 'event' AND filled IS NULL THEN 'reject' ELSE outcome END AS outcome,
        CASE WHEN outcome = 'event' AND filled IS NULL THEN 'no_time' ELSE reason END AS reason,
        CASE WHEN outcome = 'event' THEN filled ELSE ts END AS ts
    )
    EXCLUDE (filled)
FROM (
    SELECT
        *,
        coalesce(
            ts,
            last_value(ts IGNORE NULLS) OVER (ORDER BY line_no ROWS UNBOUNDED PRECEDING),
            make_timestamptz($before::BIGINT)
        ) AS filled
    FROM staged
)
