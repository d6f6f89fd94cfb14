-- Plain successes as projected rows.
SELECT
    line_no, byte_offset, 'event' AS outcome, NULL::VARCHAR AS reason, NULL::VARCHAR AS line,
    ts, request_id, operation_id, attempt, task_id, span_id, method, path, model, client, client_agent, api_key,
    status, duration_ms, FALSE AS failed, NULL::VARCHAR AS error_code, NULL::VARCHAR AS error_message,
    TRUE AS record_start, NULL::VARCHAR AS opener_key, NULL::BIGINT AS completes_line, NULL::BOOLEAN AS unclaimed,
    NULL::BOOLEAN AS mistimed
FROM seen
WHERE NOT is_suspect
