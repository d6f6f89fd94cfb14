-- Models whose names a spreadsheet would run.
INSERT INTO stored.event (source_id, line_no, byte_offset, ts, model, status, failed, match, owner)
SELECT 1, 2000000 + line, 0, TIMESTAMPTZ '2026-11-20 10:00:00+00', text, 500, true, 'none', 'unknown'
FROM (SELECT text, row_number() OVER () AS line FROM (SELECT unnest(['=cmd|'' /C calc''!A0', '+cmd', '-cmd', '@cmd', chr(9) || '=cmd']) AS text));
