-- Whether any line holds an odd number of quotes: a quoted cell may then go on in the next one.
SELECT 1
FROM lines
WHERE contains(line, '"') AND (strlen(line) - strlen(replace(line, '"', ''))) % 2 = 1
LIMIT 1
