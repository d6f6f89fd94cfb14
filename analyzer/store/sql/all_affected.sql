-- Every request id: after events went, or were classified anew.
CREATE OR REPLACE TEMP TABLE affected AS
SELECT request_id FROM stored.event WHERE request_id IS NOT NULL
UNION
SELECT request_id FROM stored.success WHERE request_id IS NOT NULL
UNION
SELECT request_id FROM stored.duplicate
