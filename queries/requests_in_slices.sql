-- title: Requests in slices of time
-- title.zh: 各时间片的请求数
-- answers: How many requests came in each minute, of all or of a model or source?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour = minute: how long a slice is, counted from midnight UTC
-- param model VARCHAR = NULL: requests for this model only
-- param source VARCHAR = NULL: requests of sources whose name, or whose end from a / on, fits this glob only
-- returns slice TIMESTAMPTZ: when the slice starts; slices without a request are left out
-- returns requests BIGINT: requests of logs that hold successes too

SELECT
    make_timestamptz(epoch_us(ts) // step * step) AS slice,
    count(*) AS requests
FROM events
JOIN sources USING (source_id)
CROSS JOIN (
    SELECT
        CASE $step WHEN 'minute' THEN 60000000 WHEN '5minutes' THEN 300000000
            WHEN '15minutes' THEN 900000000 ELSE 3600000000 END AS step
)
WHERE
    population = 'requests'
    AND ts IS NOT NULL
    AND ($since IS NULL OR ts >= $since)
    AND ($until IS NULL OR ts < $until)
    AND ($model IS NULL OR model = $model)
    AND ($source IS NULL OR ('/' || name) GLOB ('*/' || $source) OR suffix('/' || name, '/' || $source))
GROUP BY slice
ORDER BY slice
