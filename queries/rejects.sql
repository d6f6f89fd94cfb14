-- title: Lines that became no event
-- title.zh: 未能成为事件的日志行
-- answers: Which lines were not read as requests, why, and where is the first of them?
-- param reason VARCHAR = NULL: only this reason
-- param limit BIGINT = NULL: at most so many rows, the most lines first
-- returns reason VARCHAR: why the line became no event
-- returns damaged BOOLEAN: false for not_a_request, a readable line that carries no request
-- returns source VARCHAR: the log
-- returns generation INTEGER: which file of that name
-- returns rejects BIGINT: lines
-- returns share DOUBLE: part of all lines of the log
-- returns line_no BIGINT: the first of these lines
-- returns byte_offset BIGINT: where it starts in the decompressed bytes
-- returns line VARCHAR: its text, masked; NULL where it is not kept

WITH place AS (
    SELECT source_id, reason, count(*) AS rejects, min((line_no, byte_offset)) AS first_place
    FROM rejects
    WHERE $reason IS NULL OR reason = $reason
    GROUP BY source_id, reason
)
SELECT
    place.reason,
    place.reason <> 'not_a_request' AS damaged,
    name AS source,
    generation,
    place.rejects,
    place.rejects / nullif(lines, 0) AS share,
    first_place[1] AS line_no,
    first_place[2] AS byte_offset,
    line
FROM place
JOIN sources USING (source_id)
JOIN rejects ON rejects.source_id = place.source_id AND rejects.reason = place.reason
    AND rejects.line_no = first_place[1] AND rejects.byte_offset = first_place[2]
ORDER BY place.rejects DESC, source, generation, place.reason
LIMIT $limit
