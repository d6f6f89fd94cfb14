-- The same of lines whose records span lines. Filled in: their projection.
SELECT
    line_no,
    coalesce(reason, outcome) AS outcome,
    (ts IS NOT NULL)::INTEGER + (request_id IS NOT NULL)::INTEGER + (operation_id IS NOT NULL)::INTEGER + (attempt IS NOT NULL)::INTEGER
    + (task_id IS NOT NULL)::INTEGER + (span_id IS NOT NULL)::INTEGER + (method IS NOT NULL)::INTEGER + (path IS NOT NULL)::INTEGER
    + (model IS NOT NULL)::INTEGER + (client IS NOT NULL)::INTEGER + (client_agent IS NOT NULL)::INTEGER + (api_key IS NOT NULL)::INTEGER
    + (status IS NOT NULL)::INTEGER + (duration_ms IS NOT NULL)::INTEGER + (error_code IS NOT NULL)::INTEGER
    + (error_message IS NOT NULL)::INTEGER AS filled,
    epoch_us(ts),
    status,
    duration_ms,
    method,
    path,
    client
FROM ($projected)
ORDER BY line_no
