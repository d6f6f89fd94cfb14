-- Staged lines that nothing told the time of, and events whose own time cannot be read.
SELECT
    count(*) FILTER (reason = 'no_time') AS lacking,
    count(*) FILTER (outcome = 'event' AND mistimed) AS unreadable,
    min(line_no) FILTER (outcome = 'event' AND mistimed) AS first_unreadable
FROM staged
