-- Who is affected by an entry: its failures by model, key, endpoint and client, the most first.
WITH failure AS (
    SELECT model, api_key, endpoint, client, ts
    FROM events
    WHERE failed AND entry_id = $entry AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
part AS (
    SELECT 'model' AS part, model AS value, ts FROM failure
    UNION ALL
    SELECT 'api_key', api_key, ts FROM failure
    UNION ALL
    SELECT 'endpoint', endpoint, ts FROM failure
    UNION ALL
    SELECT 'client', client, ts FROM failure
),
counted AS (
    SELECT part, coalesce(nullif(value, ''), '(none)') AS value, count(*) AS failures, max(ts) AS last_seen
    FROM part
    GROUP BY ALL
)
SELECT
    part,
    value,
    failures,
    failures / sum(failures) OVER (PARTITION BY part) AS share,
    last_seen,
    count(*) OVER (PARTITION BY part) AS values
FROM counted
QUALIFY row_number() OVER (PARTITION BY part ORDER BY failures DESC, value) <= $limit
ORDER BY part, failures DESC, value
