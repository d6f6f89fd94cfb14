-- The same logs, but of sources that hold failures only.
DELETE FROM stored.success;
UPDATE stored.source SET population = 'failures', events = failures, lines = failures + rejects + blank;
