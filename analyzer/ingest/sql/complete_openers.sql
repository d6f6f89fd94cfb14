-- Errors that complete a request logged in an earlier batch: their text and classification go to it.
UPDATE stored.event
SET
    api = coalesce(stored.event.api, c.entry_api),
    error_code = c.error_code,
    error_message = c.error_message,
    error_message_cut = c.error_message_cut,
    entry_id = c.entry_id,
    match = c.match,
    params = c.params,
    code = c.code,
    category = c.category,
    action = c.action,
    owner = c.owner,
    outer_code = c.outer_code,
    outer_status = c.outer_status,
    request_id = coalesce(stored.event.request_id, c.request_id),
    model = coalesce(stored.event.model, c.model)
FROM (
    SELECT classified.* REPLACE ($request_id AS request_id, $model AS model), entry.api AS entry_api
    FROM classified_failures AS classified LEFT JOIN stored.catalog_entry AS entry USING (entry_id)
) AS c
WHERE stored.event.source_id = $source_id AND stored.event.line_no = c.completes_line AND c.completes_line IS NOT NULL
