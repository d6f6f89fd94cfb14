-- What a further format reads of the lines in which those before it find no request. Filled in: its plain successes.
CREATE OR REPLACE TEMP TABLE further_requests AS
SELECT *
FROM (SELECT * FROM staged $plain)
WHERE outcome = 'event' AND line_no IN (SELECT line_no FROM mixed WHERE outcome = 'reject');
DELETE FROM mixed WHERE line_no IN (SELECT line_no FROM further_requests);
INSERT INTO mixed BY NAME SELECT * FROM further_requests;
DROP TABLE staged;
CREATE TEMP TABLE staged AS SELECT * FROM mixed
