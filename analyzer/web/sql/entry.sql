-- What the catalogue says of an entry, and how often it occurred in the range.
WITH request AS (
    SELECT count(*) AS requests
    FROM events
    JOIN sources USING (source_id)
    WHERE population = 'requests' AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
failure AS (
    SELECT
        count(*) AS failures,
        count(*) FILTER (population = 'requests') AS rated_failures,
        min(ts) AS first_seen,
        max(ts) AS last_seen
    FROM events
    JOIN sources USING (source_id)
    WHERE failed AND entry_id = $entry AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
)
SELECT
    entry.*,
    title_en,
    title_zh,
    date,
    requests,
    failures,
    rated_failures / nullif(requests, 0) AS error_rate,
    failures - rated_failures AS failures_without_rate,
    first_seen,
    last_seen
FROM catalog_entries AS entry
JOIN catalogs USING (provider)
CROSS JOIN request
CROSS JOIN failure
WHERE entry.entry_id = $entry
