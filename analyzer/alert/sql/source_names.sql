-- The names of all that was read.
SELECT DISTINCT name FROM sources
