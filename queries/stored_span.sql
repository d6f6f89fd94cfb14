-- title: Stored span
-- title.zh: 已存数据的时间范围
-- answers: From when to when does the store reach, and how much of it lies in the range?
-- param since TIMESTAMPTZ = NULL: from this moment on
-- param until TIMESTAMPTZ = NULL: up to and without this moment
-- returns first_ts TIMESTAMPTZ: the first stored event, whatever the range
-- returns last_ts TIMESTAMPTZ: the last stored event, whatever the range
-- returns stored BIGINT: all stored events
-- returns events BIGINT: those in the range

-- The ends are found by order, and the last one from the last failure on, so that little of the store is read.
SELECT
    (SELECT ts FROM events WHERE ts IS NOT NULL ORDER BY ts LIMIT 1) AS first_ts,
    (
        SELECT max(ts)
        FROM events
        WHERE ts >= coalesce(
            (SELECT ts FROM events WHERE failed AND ts IS NOT NULL ORDER BY ts DESC LIMIT 1),
            TIMESTAMPTZ '-infinity'
        )
    ) AS last_ts,
    (SELECT count(*) FROM events) AS stored,
    (
        SELECT count(*)
        FROM events
        WHERE ($since IS NULL OR ts >= $since) AND ($until IS NULL OR ts < $until)
    ) AS events
