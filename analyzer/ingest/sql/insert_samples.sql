-- Masked lines of failures: of each entry (or code, or all that is uncatalogued) and UTC day the
-- earliest, whatever the order of ingestion.
INSERT INTO stored.sample
SELECT $source_id, line_no, ts, coalesce(entry_id, code, 'uncatalogued'), line
FROM classified
WHERE outcome = 'event' AND line IS NOT NULL
QUALIFY
    row_number() OVER (PARTITION BY coalesce(entry_id, code, 'uncatalogued'), epoch_us(ts) // 86400000000 ORDER BY ts, line_no)
    <= $per_day
