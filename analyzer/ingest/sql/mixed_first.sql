-- What the first of several formats made of every line. Filled in: its plain successes.
CREATE OR REPLACE TEMP TABLE mixed AS
SELECT * FROM staged $plain;
DROP TABLE staged;
CREATE TEMP TABLE staged AS SELECT * FROM mixed
