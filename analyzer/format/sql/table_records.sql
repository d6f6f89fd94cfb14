-- Rows of a table whose quoted cells hold line ends, put together: one row a record at its first line's
-- place, and one a further line with the fate `continuation`. A line that is a whole row by itself is one,
-- whatever stands above it, so that one stray quote cannot turn the rest of a log inside out. Filled in: the
-- SELECT of the rows by lines.
CREATE OR REPLACE TEMP TABLE records AS
WITH looks AS (
    SELECT line_no, byte_offset, line, moment, width, strlen(line) - strlen(replace(line, '"', '')) AS quotes, (cells IS NOT NULL OR no_row) AS is_whole
    FROM ($rows)
),
runs AS (
    SELECT *, count(*) FILTER (is_whole) OVER (ORDER BY line_no) AS run
    FROM looks
),
opened AS (
    SELECT
        *,
        coalesce(sum(CASE WHEN is_whole THEN 0 ELSE quotes END) OVER (PARTITION BY run ORDER BY line_no ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) % 2 = 0
        OR is_whole AS starts
    FROM runs
),
placed AS (
    SELECT *, sum(starts::INTEGER) OVER (ORDER BY line_no ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS record
    FROM opened
),
whole_records AS (
    SELECT
        record,
        min(line_no) AS first_line,
        string_agg(line, chr(10) ORDER BY line_no) AS whole,
        sum(CASE WHEN is_whole THEN 0 ELSE quotes END) % 2 = 1 AS is_open
    FROM placed
    GROUP BY record
)
-- A record that never ends is none: each of its lines stands by itself, but for the last of a batch, which
-- may go on in the next.
SELECT
    line_no,
    byte_offset,
    CASE WHEN line_no = first_line AND NOT is_open THEN whole ELSE line END AS line,
    moment,
    NULL::VARCHAR AS weak,
    CASE WHEN line_no <> first_line AND NOT is_open THEN 'continuation' END AS fate,
    is_open AND record = (SELECT max(record) FROM whole_records) AS goes_on
FROM placed JOIN whole_records USING (record)
