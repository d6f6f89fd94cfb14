-- What is older than $cutoff (microseconds since 1970), counted by source. Lines from `kept_from` on
-- may be taken out and read again with the source's ledger, and stay.
CREATE OR REPLACE TEMP TABLE kept AS
SELECT
    source_id,
    least(resume_line, coalesce((json_extract_string(carry, '$$.start.resume_line'))::BIGINT, resume_line)) AS kept_from
FROM stored.source;

CREATE OR REPLACE TEMP TABLE old_event AS
SELECT source_id, line_no, failed
FROM stored.all_events
JOIN kept USING (source_id)
WHERE ts < make_timestamptz($cutoff) AND line_no < kept_from;

-- A reject tells no time: it goes when no event of its source is left above or below it that stays,
-- or with a source that was last read so long ago.
CREATE OR REPLACE TEMP TABLE old_reject AS
WITH left_over AS (
    SELECT source_id, min(line_no) AS first_line
    FROM stored.all_events
    ANTI JOIN old_event USING (source_id, line_no)
    GROUP BY source_id
),
bound AS (
    SELECT
        source_id,
        CASE
            WHEN first_line IS NOT NULL THEN least(first_line, kept_from)
            WHEN source.expired > 0 OR source_id IN (SELECT source_id FROM old_event) THEN kept_from
            WHEN last_read_at < make_timestamptz($cutoff) THEN kept_from
            ELSE 0
        END AS before_line
    FROM kept
    JOIN stored.source AS source USING (source_id)
    LEFT JOIN left_over USING (source_id)
)
SELECT source_id, line_no
FROM stored.reject
JOIN bound USING (source_id)
WHERE line_no < before_line
