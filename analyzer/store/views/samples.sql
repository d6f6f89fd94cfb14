-- Masked raw lines of failures, at most five for each entry and day; join events on source_id and line_no.
CREATE OR REPLACE VIEW samples AS
SELECT source_id, line_no, ts, line FROM stored.sample;
