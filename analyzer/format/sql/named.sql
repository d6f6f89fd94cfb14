-- Lines whose fields have names: every known spelling of every field is read, line by line. Filled in:
-- the SELECT that parses, the line's time, and one expression a column over what it read. The texts are picked first
-- and read afterwards, so that a macro sees a column and not the whole choice of spellings.
SELECT
    line_no,
    byte_offset,
    line,
    moment,
    damage,
    $moment AS ts,
    request_id,
    operation_id,
    $tries AS attempt,
    task_id,
    span_id,
    request,
    method,
    path,
    model,
    as_address(client) AS client,
    client_agent,
    api_key,
    -- A code of three digits is the status of an HTTP request that tells no other.
    CASE
        WHEN status IS NULL AND regexp_full_match(flat_code, '[1-5]\d\d') AND (is_method(method) OR method_of(request) IS NOT NULL) THEN as_status(flat_code)
        ELSE as_status(status)
    END AS status,
    $lasted AS duration_ms,
    error,
    error_code,
    error_message,
    flat_code,
    body,
    state,
    text,
    ts AS told_time
FROM (
    SELECT
        line_no,
        byte_offset,
        line,
        moment,
        $damage AS damage,
        ($ts)::VARCHAR AS ts,
        ($request_id)::VARCHAR AS request_id,
        ($operation_id)::VARCHAR AS operation_id,
        ($attempt)::VARCHAR AS attempt,
        ($task_id)::VARCHAR AS task_id,
        ($span_id)::VARCHAR AS span_id,
        ($request)::VARCHAR AS request,
        ($method)::VARCHAR AS method,
        ($path)::VARCHAR AS path,
        ($model)::VARCHAR AS model,
        ($client)::VARCHAR AS client,
        ($client_agent)::VARCHAR AS client_agent,
        ($api_key)::VARCHAR AS api_key,
        ($status)::VARCHAR AS status,
        ($duration_ms)::VARCHAR AS duration_ms,
        $duration_unit AS duration_unit,
        ($ended)::VARCHAR AS ended,
        ($retries)::VARCHAR AS retries,
        ($error)::VARCHAR AS error,
        ($error_code)::VARCHAR AS error_code,
        ($error_message)::VARCHAR AS error_message,
        ($flat_code)::VARCHAR AS flat_code,
        ($body)::VARCHAR AS body,
        ($state)::VARCHAR AS state,
        ($text)::VARCHAR AS text
    FROM ($parsed)
)
