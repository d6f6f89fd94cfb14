-- Last part: one row for each line. A completed request takes over what its error tells; the error's own
-- lines are then continuation.
outcomes AS (
    SELECT
        rows.* EXCLUDE (moment),
        moment AS ts,
        failure.line_no IS NOT NULL AS failed,
        failure.status AS failed_status,
        coalesce(told.error_code, failure.error_code) AS error_code,
        coalesce(told.error_message, failure.error_message) AS error_message,
        CASE WHEN told.line IS NOT NULL THEN failure.line || chr(10) || told.line ELSE coalesce(failure.line, rows.text) END AS evidence,
        own.opener AS completed,
        CASE WHEN own.apart THEN own.opener END AS completes_line,
        CASE WHEN rows.is_attempt THEN failure.key END AS opener_key,
        CASE WHEN rows.is_attempt AND failure.line_no IS NOT NULL AND later.opener IS NULL THEN TRUE END AS unclaimed
    FROM rows
    LEFT JOIN keyed AS failure ON failure.line_no = rows.line_no
    LEFT JOIN completions AS own ON own.error_line = rows.line_no
    LEFT JOIN completions AS later ON later.opener = rows.line_no AND NOT later.apart
    LEFT JOIN keyed AS told ON told.line_no = later.error_line
),
told_fields AS (
    SELECT
        *,
        CASE
            WHEN completed IS NOT NULL AND completes_line IS NULL THEN NULL
            WHEN (is_attempt OR failed) AND regexp_matches(evidence, $any_field) THEN evidence
        END AS field_text,
        CASE WHEN is_attempt THEN text ELSE field_text END AS own_text
    FROM outcomes
)
SELECT
    line_no,
    byte_offset,
    CASE WHEN (is_attempt OR failed) AND completed IS NULL THEN 'event' WHEN NOT starts OR failed THEN 'continuation' ELSE 'reject' END AS outcome,
    CASE WHEN starts AND NOT is_attempt AND NOT failed THEN 'not_a_request' END AS reason,
    CASE WHEN failed AND (completed IS NULL OR completes_line IS NOT NULL) THEN left(evidence, 4096) END AS line,
    ts,
    $columns
    starts AND (kind = 'header' OR NOT has_header) AS record_start,
    opener_key,
    completes_line,
    unclaimed
FROM told_fields
UNION ALL
SELECT line_no, byte_offset, 'blank', NULL, NULL, NULL, $nulls FALSE, NULL, NULL, NULL
FROM looks WHERE kind = 'blank'
