-- The events of one line (OTLP has lines with several), with the log and the line where it was kept.
SELECT
    events.*,
    sources.name AS source,
    sources.format AS format,
    (SELECT min(line) FROM samples WHERE source_id = $source AND line_no = $line) AS sample_line
FROM events
JOIN sources USING (source_id)
WHERE source_id = $source AND line_no = $line
ORDER BY span_id, request_id
LIMIT $limit
