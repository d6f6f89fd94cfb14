-- Samples of requests that a provisional record had completed: open requests have none.
DELETE FROM stored.sample
WHERE source_id = $source_id AND line_no IN (SELECT line_no FROM openers)
