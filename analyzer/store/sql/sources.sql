-- The sources as `analyzer sources` shows them.
SELECT
    sources.source_id,
    sources.name,
    sources.generation,
    sources.format,
    sources.population,
    sources.time_zone,
    sources.size,
    progress.file_size,
    coalesce(json_extract(progress.carry, '$.tail')::VARCHAR, '{}') = '{}' AS is_whole,
    sources.lines,
    sources.events,
    sources.failures,
    sources.rejects,
    sources.blank,
    sources.continuation,
    sources.duplicates,
    sources.expired,
    sources.expired_failures,
    sources.expired_rejects,
    first_ts,
    last_ts,
    sources.first_seen_at,
    sources.last_read_at
FROM sources
JOIN stored.source AS progress USING (source_id)
LEFT JOIN (
    SELECT source_id, min(ts) AS first_ts, max(ts) AS last_ts FROM stored.all_events GROUP BY source_id
) AS span USING (source_id)
ORDER BY sources.source_id
