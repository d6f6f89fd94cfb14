-- What the nights did, step by step, and which message went to which channel.

-- One row a summary: of a day, a week or a month in a time zone. `outcome`: running, done, partial (the
-- period was not over, or a file could not be read), failed (a step did not succeed; it is gone on with
-- there), missed (longer ago than is caught up with).
CREATE TABLE stored.night (
    kind         VARCHAR NOT NULL,
    period       VARCHAR NOT NULL,
    time_zone    VARCHAR,
    since        TIMESTAMPTZ,
    until        TIMESTAMPTZ,
    outcome      VARCHAR NOT NULL,
    verdict      VARCHAR,
    crossed      VARCHAR[],
    started_at   TIMESTAMPTZ,
    finished_at  TIMESTAMPTZ
);

-- One row a step of a night, brought up to date with each attempt.
CREATE TABLE stored.night_step (
    kind         VARCHAR NOT NULL,
    period       VARCHAR NOT NULL,
    position     INTEGER NOT NULL,
    step         VARCHAR NOT NULL,
    outcome      VARCHAR NOT NULL,
    attempts     INTEGER NOT NULL,
    started_at   TIMESTAMPTZ NOT NULL,
    finished_at  TIMESTAMPTZ,
    reason       VARCHAR
);

-- One row a message and channel. `state`: sending (claimed, and not heard of since), sent, failed (surely
-- not sent: it is tried again), in_doubt (it may have been sent: it is not tried again). `claimed_by` is
-- the process that sends.
CREATE TABLE stored.delivery (
    occasion     VARCHAR NOT NULL,
    channel      VARCHAR NOT NULL,
    state        VARCHAR NOT NULL,
    attempts     INTEGER NOT NULL,
    claimed_at   TIMESTAMPTZ NOT NULL,
    claimed_by   VARCHAR NOT NULL,
    settled_at   TIMESTAMPTZ,
    reason       VARCHAR
);

INSERT INTO stored.night
SELECT 'nightly', subject, NULL, NULL, NULL, 'done', NULL, NULL, min(started_at), max(finished_at)
FROM stored.run
WHERE command = 'nightly' AND outcome = 'done' AND subject IS NOT NULL
GROUP BY subject;
