-- Parts of envelopes put together: one row a record at its first part's place, and one a further part
-- with the fate `continuation`. A record whose last part has not come is open. A part goes on in the next
-- one of its channel, if that stands at most $reach lines below it; a record has at most $most parts.
-- Reads the relation `$opened` of `envelope.sql`; records in one part are left out.
WITH placed AS (
    SELECT
        line_no,
        coalesce(channel, '') AS channel,
        goes_on,
        lag(line_no) OVER (PARTITION BY coalesce(channel, '') ORDER BY line_no) AS above,
        lag(goes_on) OVER (PARTITION BY coalesce(channel, '') ORDER BY line_no) AS above_goes_on
    FROM $opened
    WHERE fate IS NULL
),
parts AS (
    SELECT line_no, channel, goes_on, coalesce(above_goes_on AND line_no - above <= $reach, FALSE) AS is_further
    FROM placed
    WHERE goes_on OR above_goes_on
),
runs AS (
    SELECT *, sum(CASE WHEN is_further THEN 0 ELSE 1 END) OVER (PARTITION BY channel ORDER BY line_no) AS run
    FROM parts
),
numbered AS (
    SELECT *, (row_number() OVER (PARTITION BY channel, run ORDER BY line_no) - 1) // $most AS piece
    FROM runs
),
counted AS (
    SELECT numbered.channel, run, piece, numbered.goes_on, o.* EXCLUDE (channel, goes_on)
    FROM numbered
    JOIN $opened AS o USING (line_no)
),
joined AS (
    SELECT
        channel,
        run,
        piece,
        min(line_no) AS line_no,
        arg_min(byte_offset, line_no) AS byte_offset,
        string_agg(line, '' ORDER BY line_no) AS line,
        arg_min(moment, line_no) AS moment,
        arg_min(weak, line_no) AS weak,
        arg_max(goes_on, line_no) AND count(*) < $most AND max(line_no) + $reach > (SELECT max(line_no) FROM $opened) AS is_open
    FROM counted
    GROUP BY channel, run, piece
)
SELECT line_no, byte_offset, line, moment, weak, NULL::VARCHAR AS fate, is_open, line_no AS head FROM joined
UNION ALL
SELECT c.line_no, c.byte_offset, c.line, c.moment, c.weak, 'continuation', FALSE, joined.line_no
FROM counted AS c
JOIN joined USING (channel, run, piece)
WHERE c.line_no <> joined.line_no
