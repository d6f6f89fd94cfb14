-- Samples go with their events: what each is a sample of now, and no more than a day's share of each.
UPDATE stored.sample
SET sample_of = coalesce(e.entry_id, e.code, 'uncatalogued')
FROM (
    SELECT source_id, line_no, entry_id, code
    FROM stored.event
    WHERE failed AND (source_id, line_no) IN (SELECT (source_id, line_no) FROM stored.sample)
) AS e
WHERE stored.sample.source_id = e.source_id AND stored.sample.line_no = e.line_no;

DELETE FROM stored.sample
WHERE (source_id, line_no) IN (
    SELECT (source_id, line_no)
    FROM stored.sample
    QUALIFY
        row_number() OVER (PARTITION BY sample_of, epoch_us(ts) // 86400000000 ORDER BY ts, source_id, line_no) > $per_day
)
