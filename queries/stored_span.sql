-- title: Stored span
-- title.zh: 已存数据的时间范围
-- answers: From when to when does the store reach, and how much of it lies in the range?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns first_ts TIMESTAMPTZ: the first stored event, whatever the range
-- returns last_ts TIMESTAMPTZ: the last stored event, whatever the range
-- returns stored BIGINT: all stored events
-- returns events BIGINT: those in the range

SELECT
    min(ts) AS first_ts,
    max(ts) AS last_ts,
    count(*) AS stored,
    (
        SELECT count(*)
        FROM events
        WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    ) AS events
FROM events
