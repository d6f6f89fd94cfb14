-- title: Overview
-- title.zh: 总览
-- answers: How much was asked, how much of it failed, and since when?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns events BIGINT: HTTP attempts in the range
-- returns failures BIGINT: attempts that failed
-- returns requests BIGINT: attempts of logs that hold successes too, the denominator
-- returns error_rate DOUBLE: failures of those logs per request; NULL without requests
-- returns failures_without_rate BIGINT: failures of logs that hold failures only
-- returns uncatalogued BIGINT: failures that no catalogue entry explains
-- returns client_gone BIGINT: failures with status 499, 0 or -1, where nobody waited for the answer
-- returns codes BIGINT: different error codes among the failures
-- returns entries BIGINT: different catalogue entries among the failures
-- returns models BIGINT: different models among the events
-- returns clients BIGINT: different clients among the events
-- returns first_ts TIMESTAMPTZ: the first event
-- returns last_ts TIMESTAMPTZ: the last event, up to which there is data
-- returns failures_without_time BIGINT: stored failures without a time, counted above only without a range
-- returns requests_without_time BIGINT: stored requests without a time, counted above only without a range

WITH failure AS (
    SELECT
        count(*) AS failures,
        count(*) FILTER (population <> 'requests') AS failures_without_rate,
        count(*) FILTER (coalesce(match, 'none') = 'none') AS uncatalogued,
        count(*) FILTER (status IN (499, 0, -1)) AS client_gone,
        count(DISTINCT nullif(CASE WHEN coalesce(match, 'none') = 'none' THEN error_code ELSE code END, ''))
            AS codes,
        count(DISTINCT entry_id) AS entries
    FROM events
    JOIN sources USING (source_id)
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
request AS (SELECT requests_between($since, $until) AS requests),
event AS (
    SELECT
        count(*) AS events,
        min(ts) AS first_ts,
        max(ts) AS last_ts
    FROM events
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
),
-- Grouping counts different values faster than count(DISTINCT) does.
model AS (
    SELECT model
    FROM events
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY model
),
client AS (
    SELECT client
    FROM events
    WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY client
),
untimed AS (
    SELECT
        count(*) FILTER (failed) AS failures_without_time,
        count(*) FILTER (population = 'requests') AS requests_without_time
    FROM events
    JOIN sources USING (source_id)
    WHERE ts IS NULL
)
SELECT
    events,
    failures,
    requests,
    (failures - failures_without_rate) / nullif(requests, 0) AS error_rate,
    failures_without_rate,
    uncatalogued,
    client_gone,
    codes,
    entries,
    (SELECT count(*) FROM model WHERE model <> '') AS models,
    (SELECT count(*) FROM client WHERE client <> '') AS clients,
    first_ts,
    last_ts,
    failures_without_time,
    requests_without_time
FROM failure, request, event, untimed
