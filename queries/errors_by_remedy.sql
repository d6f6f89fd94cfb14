-- title: Failures by remedy
-- title.zh: 按处理措施统计失败
-- answers: What should be done first: which remedy would take away the most failures?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param language en|zh = en: language of the remedy
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns remedy_id VARCHAR: the remedy; several where a code's rows differ, uncatalogued without an entry
-- returns failures BIGINT: attempts that failed
-- returns requests BIGINT: requests of the whole range, the denominator
-- returns error_rate DOUBLE: failures of logs that hold successes too, per request; NULL without requests
-- returns share DOUBLE: part of all failures of the range
-- returns first_seen TIMESTAMPTZ: the first of these failures
-- returns last_seen TIMESTAMPTZ: the last of these failures
-- returns remedy VARCHAR: what to do, in words
-- returns action VARCHAR: what to do, in one word; several where entries differ
-- returns owner VARCHAR: who does it; several where entries differ
-- returns entry_ids VARCHAR[]: the entries seen that share this remedy
-- returns failures_without_rate BIGINT: failures of logs that hold failures only

WITH failure AS (
    SELECT
        CASE WHEN coalesce(match, 'none') <> 'none' THEN entry_id END AS entry_id,
        CASE WHEN coalesce(match, 'none') <> 'none' THEN code END AS code,
        coalesce(owner, 'unknown') AS owner,
        action,
        count(*) AS failures,
        count(*) FILTER (population = 'requests') AS rated,
        min(ts) AS first_seen,
        max(ts) AS last_seen
    FROM events
    JOIN sources USING (source_id)
    WHERE failed AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
),
request AS (SELECT requests_between($since, $until) AS requests),
-- A failure whose row is not sure has the remedy of its code, where all rows of the code share one.
code_remedy AS (
    SELECT code, CASE WHEN min(remedy_id) = max(remedy_id) THEN min(remedy_id) ELSE 'several' END AS remedy_id
    FROM catalog_entries
    WHERE code IS NOT NULL
    GROUP BY code
),
wording AS (
    SELECT
        remedy_id,
        first(CASE WHEN $language = 'zh' THEN remedy_zh ELSE remedy_en END ORDER BY entry_id) AS remedy
    FROM catalog_entries
    GROUP BY remedy_id
),
kept AS (
    SELECT
        failure.*,
        coalesce(entry.remedy_id, code_remedy.remedy_id, 'uncatalogued') AS remedy_id
    FROM failure
    LEFT JOIN catalog_entries AS entry USING (entry_id)
    LEFT JOIN code_remedy ON code_remedy.code = failure.code
)
SELECT
    kept.remedy_id,
    sum(failures)::BIGINT AS failures,
    any_value(requests) AS requests,
    sum(rated) / nullif(any_value(requests), 0) AS error_rate,
    sum(failures) / sum(sum(failures)) OVER () AS share,
    min(first_seen) AS first_seen,
    max(last_seen) AS last_seen,
    any_value(remedy) AS remedy,
    CASE
        WHEN min(action) = max(action) THEN min(action)
        WHEN min(action) IS NOT NULL THEN 'several'
    END AS action,
    CASE WHEN min(owner) = max(owner) THEN min(owner) ELSE 'several' END AS owner,
    coalesce(list(DISTINCT entry_id ORDER BY entry_id) FILTER (entry_id IS NOT NULL), []) AS entry_ids,
    sum(failures - rated)::BIGINT AS failures_without_rate
FROM kept
CROSS JOIN request
LEFT JOIN wording ON wording.remedy_id = kept.remedy_id
GROUP BY kept.remedy_id
ORDER BY failures DESC, kept.remedy_id
LIMIT $limit
