-- The week's refusals by a rate limit become what no entry explains: clients that went away, and one long message.
UPDATE stored.event
SET
    status = CASE line_no % 3 WHEN 0 THEN 499 WHEN 1 THEN 0 ELSE 502 END,
    error_message = CASE WHEN line_no % 3 = 2 THEN repeat('upstream_connect_error_', 9) END,
    error_code = NULL, entry_id = NULL, match = 'none', params = NULL, code = NULL, category = NULL, action = NULL,
    owner = 'unknown'
WHERE entry_id LIKE 'maas-81101-%';
