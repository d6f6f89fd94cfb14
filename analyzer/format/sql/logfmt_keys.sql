-- Which of some names stand before an equals sign in any line.
SELECT DISTINCT name
FROM (SELECT unnest(regexp_extract_all(line, '([^\s="]+)=', 1)) AS name FROM lines WHERE contains(line, '='))
WHERE list_contains($names, name)
