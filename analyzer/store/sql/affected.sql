-- Request ids whose duplicates have to be settled anew: those of fresh lines, and those of marks on
-- such lines.
CREATE OR REPLACE TEMP TABLE affected AS
SELECT request_id
FROM (SELECT source_id, line_no, request_id FROM stored.event UNION ALL SELECT source_id, line_no, request_id FROM stored.success)
JOIN fresh USING (source_id)
WHERE line_no >= from_line AND request_id IS NOT NULL
UNION
SELECT request_id
FROM stored.duplicate AS mark
JOIN fresh
    ON (fresh.source_id = mark.source_id AND mark.line_no >= from_line)
    OR (fresh.source_id = mark.of_source_id AND mark.of_line_no >= from_line)
