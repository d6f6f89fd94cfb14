-- Envelopes opened: the inner line and its time (a weak one tells no year or no zone). Filled in: the
-- SELECT that opens them (inner_line is NULL where there was none), the times, and whether the next part
-- belongs to this one.
SELECT
    line_no,
    byte_offset,
    coalesce(rtrim(inner_line, chr(10) || chr(13)), line) AS line,
    CASE WHEN inner_line IS NULL THEN moment ELSE $moment END AS moment,
    CASE WHEN inner_line IS NULL THEN weak ELSE $weak END AS weak,
    coalesce(channel, '') AS channel,
    fate,
    $goes_on AS goes_on
FROM ($opened)
