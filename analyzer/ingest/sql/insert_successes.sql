-- Successes of a batch into the store.
INSERT INTO stored.success
SELECT
    $source_id, line_no, byte_offset, ts, $request_id, $operation_id, attempt, $task_id, $span_id, $method,
    $path, endpoint_of_path(path_without_query($path)), api_of(path), $model, $client, $client_agent,
    key_label(api_key), status, duration_ms
FROM $relation
WHERE $where
