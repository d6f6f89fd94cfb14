-- One source of the two holds failures only; some of its lines carry no time.
DELETE FROM stored.success WHERE source_id = 2;
UPDATE stored.source SET population = 'failures', events = failures, lines = failures + rejects + blank WHERE source_id = 2;
UPDATE stored.event SET ts = NULL WHERE source_id = 2 AND line_no % 10 = 0;
