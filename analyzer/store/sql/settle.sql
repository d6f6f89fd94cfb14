-- Which events of the affected request ids are duplicates, and of which. A source may log one id
-- several times (attempts): its first stands for the first of another source, its second for the
-- second. The winner has a catalogue entry, then is of a log of all requests, then came first.
DELETE FROM stored.duplicate WHERE request_id IN (SELECT request_id FROM affected);

INSERT INTO stored.duplicate
WITH seen AS (
    SELECT source_id, line_no, ts, request_id, entry_id IS NOT NULL AS has_entry
    FROM stored.event
    WHERE request_id IN (SELECT request_id FROM affected)
    UNION ALL
    SELECT source_id, line_no, ts, request_id, FALSE
    FROM stored.success
    WHERE request_id IN (SELECT request_id FROM affected)
),
shared AS (
    SELECT request_id
    FROM seen
    WHERE request_id NOT IN ('', '-')
    GROUP BY request_id
    HAVING min(source_id) <> max(source_id)
),
numbered AS (
    SELECT
        seen.*, name, generation, population,
        row_number() OVER (PARTITION BY request_id, source_id ORDER BY ts, line_no) AS turn
    FROM seen
    SEMI JOIN shared USING (request_id)
    JOIN stored.source USING (source_id)
)
SELECT
    source_id, line_no, request_id, first_value(source_id) OVER best AS of_source_id, first_value(line_no) OVER best AS of_line_no
FROM numbered
WINDOW best AS (
    PARTITION BY request_id, turn
    ORDER BY NOT has_entry, population <> 'requests', ts, name, generation, source_id
)
QUALIFY row_number() OVER best > 1;

DELETE FROM stored.compared;

INSERT INTO stored.compared SELECT source_id, name, population, size, resume_line FROM stored.source
