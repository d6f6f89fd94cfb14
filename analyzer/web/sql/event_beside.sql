-- The lines of the events before and after a line in the same log.
SELECT
    (SELECT max(line_no) FROM events WHERE source_id = $source AND line_no < $line) AS before,
    (SELECT min(line_no) FROM events WHERE source_id = $source AND line_no > $line) AS after
