-- What the first of several formats made of every line. Filled in: its plain successes, and whether a line has its
-- shape.
CREATE OR REPLACE TEMP TABLE mixed AS
SELECT *
FROM (SELECT * FROM staged $plain)
LEFT JOIN (SELECT line_no, TRUE AS owned FROM lines WHERE $shape) USING (line_no)
