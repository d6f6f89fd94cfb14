-- Request ids whose duplicates have to be settled anew: those of lines that are new since the last
-- time, and those of marks on such lines. A source whose name or population changed is new as a whole.
CREATE OR REPLACE TEMP TABLE affected AS
WITH fresh AS (
    SELECT
        source_id,
        CASE
            WHEN source.name = compared.name AND source.population = compared.population THEN
                least(source.resume_line, compared.resume_line) - $reach
            ELSE 0
        END AS from_line
    FROM stored.source AS source
    LEFT JOIN stored.compared AS compared USING (source_id)
    WHERE (source.name, source.population, source.size, source.resume_line)
        IS DISTINCT FROM (compared.name, compared.population, compared.size, compared.resume_line)
)
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
