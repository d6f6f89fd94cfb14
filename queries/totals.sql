-- title: Totals
-- title.zh: 合计
-- answers: How many requests and failures does a range hold?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns events BIGINT: HTTP attempts in the range
-- returns requests BIGINT: attempts of logs that hold successes too, the denominator
-- returns failures BIGINT: attempts that failed
-- returns error_rate DOUBLE: failures of those logs per request; NULL without requests
-- returns failures_without_rate BIGINT: failures of logs that hold failures only
-- returns uncatalogued BIGINT: failures that no catalogue entry explains
-- returns first_ts TIMESTAMPTZ: the first event
-- returns last_ts TIMESTAMPTZ: the last event

-- All events are counted without reading them, and the ends are found by order; only failures are read.
WITH failure AS (
    SELECT source_id, count(*) AS failures, count(*) FILTER (coalesce(match, 'none') = 'none') AS uncatalogued
    FROM events
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY source_id
),
failed AS (
    SELECT
        coalesce(sum(failure.failures), 0)::BIGINT AS failures,
        coalesce(sum(failure.failures) FILTER (population <> 'requests'), 0)::BIGINT AS failures_without_rate,
        coalesce(sum(uncatalogued), 0)::BIGINT AS uncatalogued
    FROM failure
    JOIN sources USING (source_id)
),
counted AS (
    SELECT
        (
            SELECT count(*)
            FROM events
            WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
        ) AS events,
        (
            SELECT count(*)
            FROM events
            SEMI JOIN (SELECT source_id FROM sources WHERE population <> 'requests') USING (source_id)
            WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
        ) AS others
)
SELECT
    events,
    events - others AS requests,
    failures,
    (failures - failures_without_rate) / nullif(requests, 0) AS error_rate,
    failures_without_rate,
    uncatalogued,
    (
        SELECT ts
        FROM events
        WHERE ts IS NOT NULL AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
        ORDER BY ts
        LIMIT 1
    ) AS first_ts,
    (
        SELECT ts
        FROM events
        WHERE ts IS NOT NULL AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
        ORDER BY ts DESC
        LIMIT 1
    ) AS last_ts
FROM failed
CROSS JOIN counted
