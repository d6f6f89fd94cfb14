-- Masked lines of failures: of each entry (or code, or all that is uncatalogued) and UTC day the
-- earliest, whatever the order of ingestion.
INSERT INTO stored.sample
SELECT $source_id, line_no, ts, sample_of, left($masked_line, $max_line)
FROM (
    SELECT line_no, ts, coalesce(entry_id, code, 'uncatalogued') AS sample_of, line
    FROM classified
    WHERE outcome = 'event' AND line IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY sample_of, epoch_us(ts) // 86400000000 ORDER BY ts, line_no) <= $per_day
)
