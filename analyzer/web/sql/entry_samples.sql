-- Masked lines of an entry, the latest first.
SELECT source_id, line_no, events.ts, name AS source, line, request_id
FROM samples
JOIN events USING (source_id, line_no)
JOIN sources USING (source_id)
WHERE failed AND entry_id = $entry
    AND ($since IS NULL OR events.ts >= $since) AND ($until IS NULL OR events.ts < $until)
ORDER BY events.ts DESC NULLS LAST, source_id, line_no
LIMIT $limit
