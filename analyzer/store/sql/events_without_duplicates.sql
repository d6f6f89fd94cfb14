-- The view events of a store that has duplicates; looking for them costs each scan, so other stores have none of it.
CREATE OR REPLACE VIEW events AS
SELECT
    source_id, line_no, byte_offset, ts, request_id, operation_id, attempt, task_id, span_id,
    method, path, endpoint, api, model, client, client_agent, api_key, status, duration_ms, failed,
    error_code, error_message, error_message_cut, entry_id, match, params, code, category, action,
    owner, outer_code, outer_status
FROM stored.all_events
ANTI JOIN stored.duplicate USING (source_id, line_no, request_id)
