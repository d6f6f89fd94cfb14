-- The same logs, but none of their lines carries a time.
UPDATE stored.event SET ts = NULL;
UPDATE stored.success SET ts = NULL;
