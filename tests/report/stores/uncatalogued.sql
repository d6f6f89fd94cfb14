-- The same logs, but the catalogue explains none of their failures.
UPDATE stored.event
SET match = 'none', entry_id = NULL, code = NULL, category = NULL, action = NULL, owner = 'unknown', params = [];
