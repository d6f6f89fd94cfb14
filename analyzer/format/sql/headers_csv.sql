-- Lines that may be a table's header: several cells, none of which begins with a digit.
SELECT line_no, line
FROM lines
WHERE strlen(line) < 16384 AND regexp_matches(line, '[,;|\t].*[,;|\t]') AND NOT regexp_matches(line, '(?:^|[,;|\t]) *"?[0-9]')
ORDER BY line_no
LIMIT 10000
