-- Every stored event, also those that were set aside as duplicates.
CREATE OR REPLACE VIEW stored.all_events AS
SELECT
    source_id, line_no, byte_offset, ts, request_id, operation_id, attempt, task_id, span_id,
    method, path, endpoint, api, model, client, client_agent, api_key, status, duration_ms, failed,
    error_code, error_message, error_message_cut, entry_id, match, params, code, category, action,
    owner, outer_code, outer_status
FROM stored.event
UNION ALL
SELECT
    source_id, line_no, byte_offset, ts, request_id, operation_id, attempt, task_id, span_id,
    method, path, endpoint, api, model, client, client_agent, api_key, status, duration_ms, FALSE,
    NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
    NULL, NULL, NULL
FROM stored.success;
