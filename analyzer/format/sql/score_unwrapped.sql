-- What stands in the envelopes of tried lines. A time without a year is a time as well.
SELECT
    line_no,
    byte_offset,
    line,
    CASE WHEN moment IS NULL AND weak IS NOT NULL THEN make_timestamptz(getvariable('written_at')::BIGINT) ELSE moment END AS moment
FROM unwrapped
WHERE fate IS NULL AND trim(line) <> ''
