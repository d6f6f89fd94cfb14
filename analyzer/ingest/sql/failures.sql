-- The failures of a batch: masked, cut to the stored length, and numbered by the compiled rule where
-- it is sure; NULL where the rule in Python has to decide. Filled in: expressions over the columns.
CREATE OR REPLACE TEMP TABLE failure AS
SELECT *, $rule AS rule
FROM (
    SELECT
        * REPLACE (
            left($masked_code, 256) AS error_code,
            left(error_message, $max_text) AS error_message
        ),
        CASE WHEN length(error_message) > $max_text THEN (length(error_message) - $max_text)::INTEGER END AS error_message_cut
    FROM (
        SELECT * REPLACE ($masked_message AS error_message)
        FROM staged
        WHERE $failures
    )
)
