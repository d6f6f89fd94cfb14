-- More than a day's share of samples is taken out again. A provisional record's sample (from
-- resume_line on, or of a request that it completed) counts apart, so that it never drives out one
-- that stays.
DELETE FROM stored.sample
WHERE (source_id, line_no) IN (
    SELECT (source_id, line_no)
    FROM stored.sample
    JOIN stored.source USING (source_id)
    QUALIFY
        row_number() OVER (
            PARTITION BY
                sample_of,
                epoch_us(ts) // 86400000000,
                line_no >= resume_line OR (source_id = $source_id AND line_no IN (SELECT line_no FROM openers))
            ORDER BY ts, source_id, line_no
        ) > $per_day
)
