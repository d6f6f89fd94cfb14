-- Parts of envelopes put together: one row a record at its first part's place, and one a further part
-- with the fate `continuation`. A record whose last part has not come is open. Reads the relation
-- `opened` of `envelope.sql`.
WITH counted AS (
    SELECT
        *,
        sum(CASE WHEN goes_on THEN 0 ELSE 1 END)
            OVER (PARTITION BY channel ORDER BY line_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS record
    FROM opened
    WHERE fate IS NULL
),
joined AS (
    SELECT
        min(line_no) AS line_no,
        arg_min(byte_offset, line_no) AS byte_offset,
        string_agg(line, '' ORDER BY line_no) AS line,
        arg_min(moment, line_no) AS moment,
        arg_min(weak, line_no) AS weak,
        arg_max(goes_on, line_no) AS is_open
    FROM counted
    GROUP BY channel, coalesce(record, 0)
)
SELECT line_no, byte_offset, line, moment, weak, NULL::VARCHAR AS fate, is_open FROM joined
UNION ALL
SELECT line_no, byte_offset, line, moment, weak, 'continuation', FALSE FROM counted WHERE line_no NOT IN (SELECT line_no FROM joined)
UNION ALL
SELECT line_no, byte_offset, line, moment, weak, fate, FALSE FROM opened WHERE fate IS NOT NULL
