-- What was staged, its failures with the last reason above that another line tells of them. Filled in: what was
-- staged, the reasons, and how far above they may stand.
WITH taken AS MATERIALIZED ($staged),
told AS (
    SELECT
        taken.line_no,
        arg_max(reason.text, reason.line_no) AS told_text,
        arg_max(reason.line, reason.line_no) AS told_line
    FROM taken
    JOIN $reasons AS reason ON reason.key = md5(taken.request_id)
    WHERE taken.outcome = 'event' AND taken.failed AND coalesce(taken.error_code, taken.error_message) IS NULL
        AND taken.line_no - reason.line_no BETWEEN 1 AND $reach
    GROUP BY taken.line_no
)
SELECT
    taken.* REPLACE (
        coalesce(error_message, told_text) AS error_message,
        CASE WHEN told_line IS NOT NULL THEN line || chr(10) || told_line ELSE line END AS line
    )
FROM taken
LEFT JOIN told USING (line_no)
