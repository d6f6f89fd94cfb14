-- The ledger of all sources: what was read, whether it is still stored or not.
SELECT
    count(*) AS sources,
    coalesce(sum(lines), 0)::BIGINT AS lines,
    coalesce(sum(events), 0)::BIGINT AS events,
    coalesce(sum(events - duplicates) FILTER (population = 'requests'), 0)::BIGINT AS requests,
    coalesce(sum(expired), 0)::BIGINT AS expired,
    coalesce(sum(duplicates), 0)::BIGINT AS duplicates,
    epoch(max(last_read_at)) AS last_read,
    (SELECT epoch(max(ts)) FROM events) AS last_event
FROM sources
