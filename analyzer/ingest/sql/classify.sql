-- Each failure with its classification: from the compiled rule by number, or from what Python settled
-- for its code and text.
CREATE OR REPLACE TEMP TABLE classified AS
SELECT
    failure.*, rule.match, rule.entry_id, $params AS params, rule.code, rule.category, rule.action, rule.owner,
    NULL::VARCHAR AS outer_code, NULL::SMALLINT AS outer_status
FROM failure
JOIN rule USING (rule)
UNION ALL
SELECT
    failure.*, settled.match, settled.entry_id, settled.params, settled.code, settled.category, settled.action,
    settled.owner, settled.outer_code, settled.outer_status
FROM failure
JOIN settled
    ON failure.error_code IS NOT DISTINCT FROM settled.error_code
    AND failure.error_message IS NOT DISTINCT FROM settled.error_message
WHERE failure.rule IS NULL
