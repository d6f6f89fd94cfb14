-- Last part: one row for each line. A completed request takes over what its error tells; the error's own
-- lines are then continuation.
verdicts AS (
    SELECT
        failure.line_no AS failed_line,
        failure.status AS failed_status,
        own.opener AS completed,
        CASE WHEN own.apart THEN own.opener END AS completes_line,
        own.opener IS NULL OR own.apart AS tells,
        coalesce(told.error_code, failure.error_code) AS error_code,
        coalesce(told.error_message, failure.error_message) AS error_message,
        CASE WHEN told.line IS NOT NULL THEN failure.line || chr(10) || told.line ELSE failure.line END AS evidence,
        CASE WHEN failure.is_attempt THEN failure.key END AS opener_key,
        CASE WHEN failure.is_attempt AND later.opener IS NULL THEN TRUE END AS unclaimed
    FROM keyed AS failure
    LEFT JOIN completions AS own ON own.error_line = failure.line_no
    LEFT JOIN completions AS later ON later.opener = failure.line_no AND NOT later.apart
    LEFT JOIN keyed AS told ON told.line_no = later.error_line
),
outcomes AS (
    SELECT
        *,
        failed_line IS NOT NULL AS failed,
        (is_attempt OR failed_line IS NOT NULL) AND completed IS NULL AS is_event,
        CASE
            WHEN failed_line IS NOT NULL THEN CASE WHEN tells AND regexp_matches(evidence, $any_field) THEN evidence END
            WHEN is_attempt AND regexp_matches(text, $any_field) THEN text
        END AS field_text
    FROM rows LEFT JOIN verdicts ON line_no = failed_line
)
SELECT
    line_no,
    byte_offset,
    CASE
        WHEN is_event THEN 'event'
        WHEN kind = 'blank' THEN 'blank'
        WHEN kind = 'damaged' THEN 'reject'
        WHEN failed OR NOT starts THEN 'continuation'
        ELSE 'reject'
    END AS outcome,
    CASE
        WHEN kind = 'damaged' THEN 'unreadable_line'
        WHEN starts AND NOT is_attempt AND NOT failed THEN 'not_a_request'
    END AS reason,
    -- Whole: a secret that was cut could not be recognised any more.
    CASE WHEN tells THEN evidence WHEN kind = 'damaged' THEN text END AS line,
    ts,
    $columns
    starts_apart AS record_start,
    opener_key,
    completes_line,
    unclaimed,
    CASE WHEN mistimed THEN TRUE END AS mistimed
FROM outcomes
