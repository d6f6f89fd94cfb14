-- The inner lines of envelopes, as the lines that projections read.
CREATE OR REPLACE TEMP VIEW lines AS
SELECT line_no, byte_offset, line, moment FROM unwrapped WHERE fate IS NULL
