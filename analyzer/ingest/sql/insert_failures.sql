-- Failures of a batch into the store, with their classification.
INSERT INTO stored.event
SELECT
    $source_id, $line_no, byte_offset, ts, $request_id, $operation_id, attempt, $task_id, $span_id, $method,
    $path, endpoint_of_path(path_without_query($path)), coalesce(api_of(path), entry_api.api), $model, $client, $client_agent,
    $api_key, status, duration_ms, TRUE, error_code, error_message, error_message_cut,
    classified.entry_id, match, params, code, category, action, owner, outer_code, outer_status
FROM classified_failures AS classified
LEFT JOIN (SELECT entry_id, api FROM stored.catalog_entry) AS entry_api USING (entry_id)
WHERE outcome = 'event'
