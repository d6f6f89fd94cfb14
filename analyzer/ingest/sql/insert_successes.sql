-- Successes of a batch into the store. Paths recur: what is derived from one is computed once for each.
INSERT INTO stored.success
SELECT
    $source_id, $line_no, byte_offset, ts, $request_id, $operation_id, attempt, $task_id, $span_id, $method,
    known.masked, known.endpoint, known.api, $model, $client, $client_agent,
    $api_key, status, duration_ms
FROM $relation
LEFT JOIN (
    SELECT path AS seen_path, masked, endpoint_of_path(path_without_query(masked)) AS endpoint, api_of(path) AS api
    FROM (SELECT path, $path AS masked FROM (SELECT DISTINCT path FROM $relation WHERE $where))
) AS known ON path = known.seen_path
WHERE $where
