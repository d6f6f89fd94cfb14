-- Reasons above $before_line that a request below it may still want, without secrets.
SELECT line_no, key, $masked_line AS text, told_line
FROM (
    SELECT line_no, key, text AS line, told_line
    FROM (SELECT line_no, key, text, left($masked_line, $max_line) AS told_line FROM reason)
    WHERE line_no < $before_line AND line_no >= $before_line - $reach
)
ORDER BY line_no
