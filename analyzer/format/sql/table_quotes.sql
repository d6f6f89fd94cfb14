-- The rows are one if any line holds an odd number of quotes: a quoted cell may then go on in the next
-- one. All lines are read, whatever they hold: a stream cannot be left in the middle.
SELECT count(*)
FROM lines
WHERE contains(line, '"') AND (strlen(line) - strlen(replace(line, '"', ''))) % 2 = 1
HAVING count(*) > 0
