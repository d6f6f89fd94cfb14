-- Which of some names are keys of any line's object. Most lines of a log have the same keys: each list of
-- them is looked at once.
SELECT DISTINCT name
FROM (
    SELECT unnest(string_split(keys, chr(0))) AS name
    FROM (SELECT DISTINCT array_to_string($keys, chr(0)) AS keys FROM lines)
)
WHERE list_contains($names, name)
