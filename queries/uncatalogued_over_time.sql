-- title: Failures without a catalogue entry over time
-- title.zh: 未收录的失败随时间的变化
-- answers: When, and of which model, endpoint and key, were the failures that no catalogue entry explains?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- param step minute|5minutes|15minutes|hour = hour: how long a slice is
-- param limit BIGINT = NULL: at most so many rows, the most failures first
-- returns slice TIMESTAMPTZ: when the slice starts; NULL for failures without a time
-- returns model VARCHAR: the model asked for
-- returns endpoint VARCHAR: the path with its identifiers replaced
-- returns api_key VARCHAR: the key's label
-- returns status SMALLINT: the HTTP status
-- returns error_code VARCHAR: the code as seen; NULL without one
-- returns message VARCHAR: the message, its numbers and identifiers written #, at most 300 characters
-- returns failures BIGINT: attempts that failed so

WITH width AS (
    SELECT
        CASE $step
            WHEN 'minute' THEN 60000000
            WHEN '5minutes' THEN 300000000
            WHEN '15minutes' THEN 900000000
            ELSE 3600000000
        END AS step
),
message AS (
    SELECT
        make_timestamptz((epoch_us(ts) + 62135596800000000) // step * step - 62135596800000000) AS slice,
        nullif(model, '') AS model,
        nullif(endpoint, '') AS endpoint,
        nullif(api_key, '') AS api_key,
        status,
        nullif(error_code, '') AS error_code,
        left(error_message, 300) AS text,
        count(*) AS failures
    FROM events
    CROSS JOIN width
    WHERE failed AND coalesce(match, 'none') = 'none'
        AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    GROUP BY ALL
)
SELECT
    slice,
    model,
    endpoint,
    api_key,
    status,
    error_code,
    regexp_replace(text, '[0-9A-Fa-f]*[0-9][0-9A-Fa-f]*(-[0-9A-Fa-f]+)*', '#', 'g') AS message,
    sum(failures)::BIGINT AS failures
FROM message
GROUP BY ALL
ORDER BY failures DESC, slice, model, endpoint, api_key, status, error_code, message
LIMIT $limit
