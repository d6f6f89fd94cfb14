-- Messages made from `since` on that one of the channels did not get yet, the oldest first.
SELECT message_id, body
FROM stored.alert_message
WHERE
    made_at >= make_timestamptz($since::BIGINT * 60000000)
    AND EXISTS (
        SELECT 1
        FROM (SELECT unnest($channels::VARCHAR[]) AS channel) AS wanted
        WHERE NOT EXISTS (
            SELECT 1
            FROM stored.delivery
            WHERE
                occasion = 'alert ' || message_id
                AND delivery.channel = wanted.channel
                AND state IN ('sent', 'in_doubt')
        )
    )
ORDER BY made_at, incident_id, message_id
