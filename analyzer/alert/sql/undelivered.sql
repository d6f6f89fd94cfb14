-- Channels whose last message about an incident of the last day was not sent, and why.
SELECT channel, arg_max(coalesce(reason, state), claimed_at) AS reason
FROM stored.delivery
WHERE occasion LIKE 'alert %' AND claimed_at >= now() - INTERVAL 1 DAY
GROUP BY channel
HAVING arg_max(state, claimed_at) IN ('failed', 'in_doubt')
ORDER BY channel
