-- The same logs without their failures.
DELETE FROM stored.event;
DELETE FROM stored.sample;
DELETE FROM stored.reject;
UPDATE stored.source SET lines = lines - failures - rejects, events = events - failures, failures = 0, rejects = 0;
