-- What a further format reads, where it tells more than those before it: more values, or as many of a line that has
-- its shape. Filled in: its plain successes, and whether a line has its shape.
CREATE OR REPLACE TEMP MACRO values_told(request) AS
    CASE
        WHEN request.outcome <> 'event' THEN -1
        ELSE list_count([
            request.ts::VARCHAR, request.method, request.path, request.status::VARCHAR, request.duration_ms::VARCHAR,
            request.client, request.model, request.request_id, request.error_code
        ])
    END;
CREATE OR REPLACE TEMP TABLE rival AS
SELECT rival.*, owned
FROM (SELECT * FROM staged $plain) AS rival
LEFT JOIN (SELECT line_no, TRUE AS owned FROM lines WHERE $shape) USING (line_no)
WHERE outcome = 'event';
CREATE OR REPLACE TEMP TABLE rival AS
SELECT rival.*
FROM rival
JOIN mixed USING (line_no)
WHERE values_told(rival) > values_told(mixed)
    OR (values_told(rival) = values_told(mixed) AND rival.owned AND mixed.owned IS NULL);
DELETE FROM mixed WHERE line_no IN (SELECT line_no FROM rival);
INSERT INTO mixed BY NAME SELECT * FROM rival;
CREATE OR REPLACE TEMP TABLE staged AS SELECT * EXCLUDE (owned) FROM mixed
