-- Lines that tell why the request failed whose id they name; `key` stands for the id.
SELECT line_no, md5(found.request_id) AS key, left(found.text, $most) AS text, line
FROM (SELECT line_no, line, regexp_extract(line, $pattern, ['request_id', 'text']) AS found FROM lines)
WHERE found.text <> '' AND NOT regexp_matches(line, $unwanted)
