-- Envelopes opened: the inner line and its time (a weak one, that tells no year, as its text). Filled in:
-- the SELECT that opens them (inner_line is NULL where there was none), the times, what tells apart
-- whose parts belong together, and whether the next part belongs to this one.
SELECT
    line_no,
    byte_offset,
    coalesce(without_line_end(inner_line), line) AS line,
    $moment AS moment,
    $weak AS weak,
    $channel AS channel,
    fate,
    $goes_on AS goes_on
FROM ($opened)
