-- The fields of every line, and which lines are suspects: all but the plain successes. What only a
-- suspect needs is left out for the others. Filled in: the SELECT of a format's fields, one row a
-- line: damage (the reason, where the line is damaged), an event's columns, request ("POST /v1
-- HTTP/1.1"), error (object or text), error_code, error_message, flat_code (a code beside the
-- status), body (the answer's), state (a task's), text (the line's own message, a failure's last
-- resort) and told_time (the text of its time, readable or not).
SELECT
    line_no,
    byte_offset,
    CASE WHEN NOT is_untimed THEN ts END AS ts,
    present(request_id) AS request_id,
    present(operation_id) AS operation_id,
    attempt,
    present(task_id) AS task_id,
    present(span_id) AS span_id,
    present(coalesce(method, method_of(request))) AS method,
    as_path(coalesce(path, path_of(request))) AS path,
    present(model) AS model,
    client,
    present(client_agent) AS client_agent,
    present(api_key) AS api_key,
    status,
    CASE WHEN duration_ms >= 0 AND duration_ms < 'inf'::DOUBLE THEN duration_ms END AS duration_ms,
    is_suspect,
    CASE WHEN is_suspect THEN line END AS line,
    CASE WHEN is_suspect THEN damage END AS damage,
    CASE WHEN is_suspect THEN error END AS error,
    CASE WHEN is_suspect THEN error_code END AS error_code,
    CASE WHEN is_suspect THEN error_message END AS error_message,
    CASE WHEN is_suspect THEN flat_code END AS flat_code,
    CASE WHEN is_suspect THEN plain_body(body) END AS body,
    CASE WHEN is_suspect THEN state END AS state,
    CASE WHEN is_suspect THEN text END AS text,
    CASE WHEN is_untimed THEN present(told_time) IS NOT NULL END AS mistimed
FROM (
    SELECT
        *,
        status IS NULL OR status >= 400 OR status <= 0 OR is_untimed OR damage IS NOT NULL
        OR error IS NOT NULL OR error_code IS NOT NULL OR error_message IS NOT NULL OR is_failed_state(state) IS TRUE OR contains(flat_code, '.') IS TRUE
        OR (body IS NOT NULL AND (contains(body, 'rror') OR contains(body, 'ail') OR contains(body, 'FAIL'))) AS is_suspect
    FROM (
        SELECT
            *,
            ts IS NULL OR NOT ts BETWEEN '1970-01-01 00:00:00+00'::TIMESTAMPTZ AND '2200-01-01 00:00:00+00'::TIMESTAMPTZ AS is_untimed
        FROM ($fields)
    )
)
