-- Masked lines of failures: of each entry (or code, or all that is uncatalogued) and UTC day the
-- earliest, whatever the order of ingestion. A request whose error may still be told has none yet; an
-- error that completes a request of an earlier batch is the sample of that request.
INSERT INTO stored.sample
SELECT $source_id, $line_no, ts, sample_of, left($masked_line, $max_line)
FROM (
    SELECT
        coalesce(completes_line, classified.line_no) AS line_no,
        coalesce(make_timestamptz(opener.ts), classified.ts) AS ts,
        coalesce(entry_id, code, 'uncatalogued') AS sample_of,
        concat_ws(chr(10), opener.line, classified.line) AS line
    FROM classified_failures AS classified
    LEFT JOIN openers AS opener ON classified.completes_line = opener.line_no
    WHERE (outcome = 'event' OR completes_line IS NOT NULL) AND classified.line IS NOT NULL AND unclaimed IS NOT TRUE
)
QUALIFY row_number() OVER (PARTITION BY sample_of, epoch_us(ts) // 86400000000 ORDER BY ts, line_no) <= $per_day
