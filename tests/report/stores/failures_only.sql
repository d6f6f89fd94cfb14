-- The same logs, but of sources that hold failures only.
DELETE FROM stored.event WHERE NOT failed;
UPDATE stored.source SET population = 'failures', events = failures, lines = failures + rejects + blank;
