-- A hundred keys, one request each: more than a page keeps apart.
INSERT INTO stored.event (source_id, line_no, byte_offset, ts, api_key, status, failed, match, owner)
SELECT 1, 3000000 + number, 0, TIMESTAMPTZ '2026-11-20 10:00:00+00', 'rare-' || number, 500, true, 'none', 'unknown'
FROM range(100) AS numbers (number);
