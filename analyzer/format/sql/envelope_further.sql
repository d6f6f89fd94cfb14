-- Lines from a given one on ($1) that belong to records which begin above it. The head of a record within
-- an envelope may itself be a further part of the envelope's.
WITH RECURSIVE belongs AS (
    SELECT line_no, head FROM further
    UNION
    SELECT belongs.line_no, further.head FROM belongs JOIN further ON belongs.head = further.line_no
)
SELECT DISTINCT line_no FROM belongs WHERE line_no >= $1 AND head < $1 ORDER BY line_no
