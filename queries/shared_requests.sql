-- title: Requests that two logs hold
-- title.zh: 两份日志都记录的请求
-- answers: Is anything counted twice because two logs hold the same requests?
-- param sample_every BIGINT = NULL: look at one request id in so many [by the size of the store: 1 up to 250,000 events]
-- param limit BIGINT = NULL: at most so many rows, the most shared requests first
-- returns source VARCHAR: a log
-- returns other_source VARCHAR: the other log
-- returns shared BIGINT: request ids found in both; of a sample, multiplied up
-- returns first_ts TIMESTAMPTZ: the first event of such a request
-- returns last_ts TIMESTAMPTZ: the last event of such a request

WITH looked_at AS (
    SELECT source_id, request_id, ts
    FROM events
    WHERE request_id IS NOT NULL AND request_id NOT IN ('', '-')
        AND hash(request_id) % coalesce($sample_every, (SELECT greatest(1, sum(events) // 250000) FROM sources))::UBIGINT = 0
),
shared_id AS (
    SELECT request_id
    FROM looked_at
    GROUP BY request_id
    HAVING min(source_id) <> max(source_id)
),
held AS (
    SELECT source_id, request_id, min(ts) AS first_ts, max(ts) AS last_ts
    FROM looked_at
    SEMI JOIN shared_id USING (request_id)
    GROUP BY source_id, request_id
)
SELECT
    one.name AS source,
    other.name AS other_source,
    (count(*) * coalesce($sample_every, (SELECT greatest(1, sum(events) // 250000) FROM sources)))::BIGINT AS shared,
    min(least(a.first_ts, b.first_ts)) AS first_ts,
    max(greatest(a.last_ts, b.last_ts)) AS last_ts
FROM held AS a
JOIN held AS b ON a.request_id = b.request_id AND a.source_id < b.source_id
JOIN sources AS one ON one.source_id = a.source_id
JOIN sources AS other ON other.source_id = b.source_id
GROUP BY one.source_id, one.name, other.source_id, other.name
ORDER BY shared DESC, source, other_source
LIMIT $limit
