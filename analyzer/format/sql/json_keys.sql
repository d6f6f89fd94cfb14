-- Which of some names are keys of any line's object.
SELECT DISTINCT name
FROM (SELECT unnest($keys) AS name FROM lines)
WHERE list_contains($names, name)
