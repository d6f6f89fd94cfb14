-- Other events of the same operation, task or request, in the order of time.
SELECT
    source_id,
    line_no,
    ts,
    coalesce(operation_id = $operation, FALSE) AS same_operation,
    coalesce(task_id = $task, FALSE) AS same_task,
    coalesce(request_id = $request, FALSE) AS same_request,
    attempt,
    method,
    endpoint,
    status,
    failed,
    coalesce(code, error_code) AS code,
    entry_id,
    duration_ms
FROM events
WHERE (operation_id = $operation OR task_id = $task OR request_id = $request)
    AND NOT (source_id = $source AND line_no = $line)
ORDER BY ts NULLS LAST, source_id, line_no
LIMIT $limit
