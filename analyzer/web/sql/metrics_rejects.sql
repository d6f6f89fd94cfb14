-- Stored rejects by reason, the commonest first.
SELECT reason, count(*) AS rejects
FROM rejects
GROUP BY reason
ORDER BY rejects DESC, reason
