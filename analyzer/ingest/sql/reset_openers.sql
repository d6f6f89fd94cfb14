-- Requests that a provisional record had completed, as they were before it: it will be read again.
UPDATE stored.event
SET
    api = api_of(path),
    error_code = NULL, error_message = NULL, error_message_cut = NULL, entry_id = NULL, match = 'none', params = [],
    code = NULL, category = NULL, action = NULL, owner = 'unknown', outer_code = NULL, outer_status = NULL,
    request_id = opener.request_id, model = opener.model
FROM openers AS opener
WHERE stored.event.source_id = $source_id AND stored.event.line_no = opener.line_no
