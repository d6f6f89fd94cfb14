-- How many events there are in each minute of a span that holds any.
SELECT epoch_us(ts) // 60000000 AS minute, count(*) AS events
FROM events
WHERE ts >= make_timestamptz($since::BIGINT * 60000000) AND ts < make_timestamptz($until::BIGINT * 60000000)
GROUP BY minute
