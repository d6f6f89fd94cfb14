-- What a format makes of lines that are tried: the outcome, how many columns are told, and the values by
-- which formats are compared. A short form of causes.sql: bodies are not opened. Filled in: the SELECT of
-- the fields.
SELECT
    line_no,
    CASE
        WHEN damage IS NOT NULL THEN damage
        WHEN status IS NOT NULL OR is_failed_state(state) IS TRUE OR is_exception(coalesce(error, text)) IS TRUE THEN 'event'
        WHEN coalesce(method, path, model, request) IS NOT NULL
            AND (real_code(error_code) IS NOT NULL OR real_error(error) IS NOT NULL OR real_error(error_message) IS NOT NULL) THEN 'event'
        WHEN is_object(real_error(error)) IS TRUE OR real_code(error_code) IS NOT NULL THEN 'event'
        WHEN coalesce(path, model, request) IS NOT NULL AND coalesce(duration_ms::VARCHAR, request_id, method, request) IS NOT NULL
            AND NOT (duration_ms IS NULL AND coalesce(is_beginning(text), FALSE)) THEN 'event'
        ELSE 'not_a_request'
    END AS outcome,
    (coalesce(ts, moment) IS NOT NULL)::INTEGER + (request_id IS NOT NULL)::INTEGER + (operation_id IS NOT NULL)::INTEGER
    + (attempt IS NOT NULL)::INTEGER + (task_id IS NOT NULL)::INTEGER + (span_id IS NOT NULL)::INTEGER
    + (coalesce(method, request) IS NOT NULL)::INTEGER + (coalesce(path, request) IS NOT NULL)::INTEGER
    + (model IS NOT NULL)::INTEGER + (client IS NOT NULL)::INTEGER + (present(client_agent) IS NOT NULL)::INTEGER
    + (api_key IS NOT NULL)::INTEGER + (status IS NOT NULL)::INTEGER + (duration_ms IS NOT NULL)::INTEGER
    + (coalesce(error_code, flat_code) IS NOT NULL)::INTEGER + (coalesce(error, error_message, body) IS NOT NULL)::INTEGER AS filled,
    epoch_us(ts),
    status,
    duration_ms,
    coalesce(method, method_of(request)) AS method,
    as_path(coalesce(path, path_of(request))) AS path,
    client
FROM (
    SELECT
        * REPLACE (
            present(request_id) AS request_id, present(method) AS method, present(path) AS path, present(model) AS model,
            present(api_key) AS api_key
        )
    FROM ($fields)
)
