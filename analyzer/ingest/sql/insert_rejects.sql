-- Lines that became no event. A readable line that carries no request keeps its place only.
INSERT INTO stored.reject
SELECT $source_id, $line_no, byte_offset, reason, left($masked_line, $max_line)
FROM staged
WHERE outcome = 'reject'
