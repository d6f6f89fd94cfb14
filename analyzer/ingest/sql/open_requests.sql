-- Requests above $before_line that no record above it completed: those of this batch, and those of
-- earlier batches that are still within reach.
SELECT opener_key, status, line_no, request_id, model, ts, line
FROM (
    SELECT
        opener_key, status, line_no, $request_id AS request_id, $model AS model, epoch_us(ts) AS ts,
        left($masked_line, $max_line) AS line
    FROM staged
    WHERE opener_key IS NOT NULL AND unclaimed
    UNION ALL
    SELECT opener_key, status, line_no, request_id, model, ts, line
    FROM openers
    WHERE line_no NOT IN (
        SELECT completes_line FROM staged WHERE completes_line IS NOT NULL AND line_no < $before_line
    )
)
WHERE line_no < $before_line AND line_no >= $before_line - $reach
ORDER BY line_no
