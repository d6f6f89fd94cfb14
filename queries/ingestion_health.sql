-- title: Health of the ingestion
-- title.zh: 日志接入状况
-- answers: Was every line of every log read, how many were damaged, and how far does each log reach?
-- param limit BIGINT = NULL: at most so many rows, the most damaged first
-- param moments BOOLEAN = true: whether to look for each log's first and last event, for which all events are read
-- returns source VARCHAR: the log
-- returns generation INTEGER: which file of that name
-- returns format VARCHAR: the log format
-- returns population VARCHAR: requests where successes are logged too, else failures
-- returns lines BIGINT: events + rejects + blank + continuation
-- returns events BIGINT: HTTP attempts
-- returns failures BIGINT: attempts that failed
-- returns rejects BIGINT: lines that became no event: damaged + not_a_request + expired_rejects
-- returns blank BIGINT: empty lines
-- returns continuation BIGINT: further lines of an event, such as a traceback's
-- returns damaged BIGINT: rejects that could not be read
-- returns damaged_share DOUBLE: part of all lines
-- returns not_a_request BIGINT: readable lines that carry no request
-- returns reasons VARCHAR[]: why lines were damaged, the commonest first
-- returns size BIGINT: decompressed bytes read so far
-- returns first_ts TIMESTAMPTZ: the first event; NULL without moments
-- returns last_ts TIMESTAMPTZ: the last event; NULL without moments
-- returns last_read_at TIMESTAMPTZ: when the log was last read
-- returns duplicates BIGINT: of the events, those set aside because another log holds them too
-- returns expired BIGINT: of the events, those that retention took out
-- returns expired_rejects BIGINT: of the rejects, those that retention took out

WITH reason AS (
    SELECT source_id, reason, count(*) AS rejected
    FROM rejects
    GROUP BY source_id, reason
),
damage AS (
    SELECT
        source_id,
        sum(rejected) FILTER (reason <> 'not_a_request') AS damaged,
        sum(rejected) FILTER (reason = 'not_a_request') AS not_a_request,
        list(reason ORDER BY rejected DESC, reason) FILTER (reason <> 'not_a_request') AS reasons
    FROM reason
    GROUP BY source_id
),
span AS (
    SELECT source_id, min(ts) AS first_ts, max(ts) AS last_ts
    FROM events
    WHERE $moments
    GROUP BY source_id
)
SELECT
    name AS source,
    generation,
    format,
    population,
    lines,
    events,
    failures,
    rejects,
    blank,
    continuation,
    coalesce(damage.damaged, 0)::BIGINT AS damaged,
    coalesce(damage.damaged, 0) / nullif(lines, 0) AS damaged_share,
    coalesce(damage.not_a_request, 0)::BIGINT AS not_a_request,
    coalesce(reasons, []) AS reasons,
    size,
    first_ts,
    last_ts,
    last_read_at,
    duplicates,
    expired,
    expired_rejects
FROM sources
LEFT JOIN damage USING (source_id)
LEFT JOIN span USING (source_id)
ORDER BY damaged DESC, source, generation, source_id
LIMIT $limit
