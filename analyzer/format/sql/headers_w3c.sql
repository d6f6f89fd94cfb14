-- Lines that tell the columns of a W3C extended log, or the date of the rows below.
SELECT line_no, left(line, 65536)
FROM lines
WHERE ascii(line) IN (35, 65279) AND regexp_matches(left(line, 64), '(?i)^\x{FEFF}?#\s*(fields|date)')
ORDER BY line_no
