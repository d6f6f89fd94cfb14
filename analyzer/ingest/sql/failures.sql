-- What the failures of a batch tell, each pair of code and text once: masked, cut to the stored length,
-- and numbered by the compiled rule where it is sure; NULL where the rule in Python has to decide.
-- Filled in: expressions over the columns.
CREATE OR REPLACE TEMP TABLE failure AS
SELECT *, $rule AS rule
FROM (
    SELECT
        told_code,
        told_message,
        left(error_code, 256) AS error_code,
        left(error_message, $max_text) AS error_message,
        CASE WHEN length(error_message) > $max_text THEN (length(error_message) - $max_text)::INTEGER END AS error_message_cut
    FROM (
        SELECT told_code, told_message, $masked_code AS error_code, $masked_message AS error_message
        FROM (
            SELECT error_code AS told_code, error_message AS told_message, error_code, error_message
            FROM (SELECT DISTINCT error_code, error_message FROM staged WHERE $failures)
        )
    )
)
