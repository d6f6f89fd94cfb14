-- Stored failures whose classification differs from the one their code and text have now.
UPDATE stored.event
SET
    api = coalesce(api_of(path), c.entry_api),
    entry_id = c.entry_id,
    match = c.match,
    params = c.params,
    code = c.code,
    category = c.category,
    action = c.action,
    owner = c.owner,
    outer_code = c.outer_code,
    outer_status = c.outer_status
FROM (
    SELECT classified.*, entry.api AS entry_api
    FROM classified LEFT JOIN stored.catalog_entry AS entry USING (entry_id)
) AS c
WHERE stored.event.failed
    AND stored.event.error_code IS NOT DISTINCT FROM c.error_code
    AND stored.event.error_message IS NOT DISTINCT FROM c.error_message
    AND (
        stored.event.api IS DISTINCT FROM coalesce(api_of(path), c.entry_api)
        OR stored.event.entry_id IS DISTINCT FROM c.entry_id
        OR stored.event.match IS DISTINCT FROM c.match
        OR stored.event.params IS DISTINCT FROM c.params
        OR stored.event.code IS DISTINCT FROM c.code
        OR stored.event.category IS DISTINCT FROM c.category
        OR stored.event.action IS DISTINCT FROM c.action
        OR stored.event.owner IS DISTINCT FROM c.owner
        OR stored.event.outer_code IS DISTINCT FROM c.outer_code
        OR stored.event.outer_status IS DISTINCT FROM c.outer_status
    )
