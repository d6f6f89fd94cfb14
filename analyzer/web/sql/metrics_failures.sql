-- Stored failures by the catalogue's code; codes that it lacks are one, so that logs cannot make series.
SELECT
    CASE WHEN coalesce(match, 'none') = 'none' THEN '(uncatalogued)' ELSE coalesce(code, '(none)') END AS code,
    CASE WHEN coalesce(match, 'none') = 'none' THEN 'uncatalogued' ELSE coalesce(category, 'several') END
        AS category,
    coalesce(owner, 'unknown') AS owner,
    count(*) AS failures
FROM events
WHERE failed
GROUP BY ALL
ORDER BY ALL
