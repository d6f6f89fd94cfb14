-- Sources that changed since duplicates were last looked for, and the line from which on: what stands
-- up to $reach lines above may have changed too. One whose name or population changed is new as a whole.
CREATE OR REPLACE TEMP TABLE fresh AS
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
