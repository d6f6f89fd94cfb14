-- The failures of a batch with what their code and text say: the columns of `staged`, and those of
-- `classified`, in which code and text are masked.
CREATE OR REPLACE TEMP VIEW classified_failures AS
SELECT staged.* EXCLUDE (error_code, error_message), classified.* EXCLUDE (told_code, told_message, rule)
FROM (SELECT * FROM staged WHERE $failures) AS staged
JOIN classified
    ON staged.error_code IS NOT DISTINCT FROM classified.told_code
    AND staged.error_message IS NOT DISTINCT FROM classified.told_message
