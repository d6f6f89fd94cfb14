-- The ledger of a batch. Filled in: how its lines are counted, and which time is the last, of what parts each has
-- its own row.
SELECT
    $lines AS lines,
    count(*) FILTER (outcome = 'event') AS events,
    count(*) FILTER (outcome = 'event' AND failed) AS failures,
    count(*) FILTER (outcome = 'reject') AS rejects,
    count(*) FILTER (outcome = 'blank') AS blank,
    count(*) FILTER (outcome = 'continuation') AS continuation,
    count(*) FILTER (outcome = 'event' AND ts IS NULL) AS untimed,
    min(line_no) AS first_line,
    max(line_no) FILTER (record_start) AS last_record,
    epoch_us($last) AS last_ts
FROM outcome
GROUP BY $part
