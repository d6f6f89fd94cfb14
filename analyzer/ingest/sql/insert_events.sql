-- Events of a batch into the store. A success carries no classification.
INSERT INTO stored.event
SELECT
    $source_id, line_no, byte_offset, ts, $request_id, operation_id, attempt, task_id, span_id, method,
    $path, endpoint_of_path(path_without_query($path)), api_of(path), $model, client, $client_agent,
    key_label(api_key), status, duration_ms, FALSE, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL
FROM $relation
WHERE $where
