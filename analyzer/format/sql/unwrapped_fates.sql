-- What became of the lines that hold no inner line of their own: parts of a record, and damaged envelopes.
SELECT
    line_no,
    byte_offset,
    CASE WHEN fate = 'continuation' THEN 'continuation' ELSE 'reject' END AS outcome,
    CASE WHEN fate <> 'continuation' THEN fate END AS reason,
    CASE WHEN fate <> 'continuation' THEN line END AS line,
    fate <> 'continuation' AS record_start
FROM unwrapped
WHERE fate IS NOT NULL
