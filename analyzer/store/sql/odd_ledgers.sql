-- Sources whose ledger does not add up, or that have more rows than it tells. Fewer are no fault: events
-- expire; and a line of OTLP may hold several events.
SELECT
    source.name,
    CASE
        WHEN lines <> events + rejects + blank + continuation THEN
            format('{} lines are not {} events + {} rejects + {} blank + {} continuation', lines, events, rejects, blank, continuation)
        ELSE format('{} events and {} rejects are stored, {} and {} were counted', stored_events, stored_rejects, events, rejects)
    END
FROM stored.source AS source
LEFT JOIN (
    SELECT source_id, count(*) AS stored_events
    FROM (SELECT source_id FROM stored.event UNION ALL SELECT source_id FROM stored.success)
    GROUP BY source_id
) USING (source_id)
LEFT JOIN (SELECT source_id, count(*) AS stored_rejects FROM stored.reject GROUP BY source_id) USING (source_id)
WHERE lines > events + rejects + blank + continuation
    OR (lines < events + rejects + blank + continuation AND (NOT suffix(format, 'otlp') OR lines < rejects + blank + continuation))
    OR coalesce(stored_events, 0) > events
    OR coalesce(stored_rejects, 0) > rejects
ORDER BY source.source_id
