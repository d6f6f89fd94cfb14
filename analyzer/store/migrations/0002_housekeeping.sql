-- What retention took out is counted with its source, and requests logged twice are set aside.

-- The ledger goes on counting what was read: stored are events - expired, and of these `failures -
-- expired_failures` failed; of the rejects, rejects - expired_rejects.
ALTER TABLE stored.source ADD COLUMN expired BIGINT DEFAULT 0;
ALTER TABLE stored.source ADD COLUMN expired_failures BIGINT DEFAULT 0;
ALTER TABLE stored.source ADD COLUMN expired_rejects BIGINT DEFAULT 0;

-- What the store was told once and goes on doing, such as `dedupe`.
CREATE TABLE stored.setting (
    name   VARCHAR NOT NULL,
    value  VARCHAR NOT NULL
);

-- Events that another source logged too: the place of the loser, and that of the winner. Both stay
-- where they are stored; the view events leaves the losers out.
CREATE TABLE stored.duplicate (
    source_id     INTEGER NOT NULL,
    line_no       BIGINT NOT NULL,
    request_id    VARCHAR NOT NULL,
    of_source_id  INTEGER NOT NULL,
    of_line_no    BIGINT NOT NULL
);

-- The sources as they were when duplicates were last looked for: what has changed is looked at again.
CREATE TABLE stored.compared (
    source_id    INTEGER NOT NULL,
    name         VARCHAR NOT NULL,
    population   VARCHAR NOT NULL,
    size         BIGINT NOT NULL,
    resume_line  BIGINT NOT NULL
);
