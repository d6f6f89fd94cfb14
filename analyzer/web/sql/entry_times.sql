-- An entry's failures over time, in slices of $step microseconds; whole days are cut in the session's zone.
SELECT
    CASE
        WHEN $step < 86400000000
            THEN make_timestamptz((epoch_us(ts) + 62135596800000000) // $step * $step - 62135596800000000)
        ELSE date_trunc('day', ts)
    END AS slice,
    count(*) AS failures
FROM events
WHERE failed AND entry_id = $entry AND ts IS NOT NULL
    AND ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
GROUP BY slice
ORDER BY slice
