-- Envelopes opened: the inner line and its time (a weak one, that tells no year, as its text). Filled in:
-- the SELECT that opens them (inner_line is NULL where there was none), the inner line, what tells apart
-- whose parts belong together, and whether the next part belongs to this one.
SELECT
    line_no,
    byte_offset,
    coalesce($inner, line) AS line,
    coalesce(as_moment(ts), moment) AS moment,
    weak,
    $channel AS channel,
    fate,
    $goes_on AS goes_on
FROM ($opened)
