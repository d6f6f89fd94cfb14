-- One row a line that became no event: where it stands, why, and (unless it only carries no request) its masked text.
CREATE OR REPLACE VIEW rejects AS
SELECT source_id, line_no, byte_offset, reason, line FROM stored.reject;
