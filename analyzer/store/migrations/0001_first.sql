-- The store's first tables. Text is masked before it comes here; times are UTC.

CREATE SCHEMA stored;

CREATE SEQUENCE stored.run_number;

-- One row a source and generation. Offsets count decompressed bytes. `resume_*` is where the next
-- read starts: before a provisional last record, whose own share of the ledger is in `provisional`.
CREATE TABLE stored.source (
    source_id        INTEGER PRIMARY KEY,
    name             VARCHAR NOT NULL,
    generation       INTEGER NOT NULL,
    format           VARCHAR NOT NULL,
    population       VARCHAR NOT NULL,
    time_zone        VARCHAR NOT NULL,
    head_length      BIGINT NOT NULL,
    head_hash        VARCHAR NOT NULL,
    tail_hash        VARCHAR NOT NULL,
    size             BIGINT NOT NULL,
    resume_offset    BIGINT NOT NULL,
    resume_line      BIGINT NOT NULL,
    carry            VARCHAR,
    file_inode       UBIGINT,
    file_size        BIGINT,
    file_changed_ns  BIGINT,
    lines            BIGINT NOT NULL,
    events           BIGINT NOT NULL,
    failures         BIGINT NOT NULL,
    rejects          BIGINT NOT NULL,
    blank            BIGINT NOT NULL,
    continuation     BIGINT NOT NULL,
    first_seen_at    TIMESTAMPTZ NOT NULL,
    last_read_at     TIMESTAMPTZ NOT NULL
);

-- Files that held the same as a source when they were seen. While they stay as they are they add
-- nothing, also after the source itself has grown past them.
CREATE TABLE stored.copy (
    name             VARCHAR PRIMARY KEY,
    file_inode       UBIGINT NOT NULL,
    file_size        BIGINT NOT NULL,
    file_changed_ns  BIGINT NOT NULL,
    copy_of          VARCHAR NOT NULL
);

CREATE TABLE stored.event (
    source_id          INTEGER NOT NULL,
    line_no            BIGINT NOT NULL,
    byte_offset        BIGINT NOT NULL,
    ts                 TIMESTAMPTZ,
    request_id         VARCHAR,
    operation_id       VARCHAR,
    attempt            INTEGER,
    task_id            VARCHAR,
    span_id            VARCHAR,
    method             VARCHAR,
    path               VARCHAR,
    endpoint           VARCHAR,
    api                VARCHAR,
    model              VARCHAR,
    client             VARCHAR,
    client_agent       VARCHAR,
    api_key            VARCHAR,
    status             SMALLINT,
    duration_ms        DOUBLE,
    failed             BOOLEAN NOT NULL,
    error_code         VARCHAR,
    error_message      VARCHAR,
    error_message_cut  INTEGER,
    entry_id           VARCHAR,
    match              VARCHAR,
    params             VARCHAR[],
    code               VARCHAR,
    category           VARCHAR,
    action             VARCHAR,
    owner              VARCHAR,
    outer_code         VARCHAR,
    outer_status       SMALLINT
);

-- Plain successes: the same columns as an event's, without those that only a failure has. Most
-- events are these; apart, they cost a third less to write, and questions about failures pass them by.
CREATE TABLE stored.success (
    source_id     INTEGER NOT NULL,
    line_no       BIGINT NOT NULL,
    byte_offset   BIGINT NOT NULL,
    ts            TIMESTAMPTZ,
    request_id    VARCHAR,
    operation_id  VARCHAR,
    attempt       INTEGER,
    task_id       VARCHAR,
    span_id       VARCHAR,
    method        VARCHAR,
    path          VARCHAR,
    endpoint      VARCHAR,
    api           VARCHAR,
    model         VARCHAR,
    client        VARCHAR,
    client_agent  VARCHAR,
    api_key       VARCHAR,
    status        SMALLINT,
    duration_ms   DOUBLE
);

CREATE TABLE stored.reject (
    source_id    INTEGER NOT NULL,
    line_no      BIGINT NOT NULL,
    byte_offset  BIGINT NOT NULL,
    reason       VARCHAR NOT NULL,
    line         VARCHAR
);

-- Masked raw lines of failures: a few for each entry and day, to be joined to their events by place.
CREATE TABLE stored.sample (
    source_id  INTEGER NOT NULL,
    line_no    BIGINT NOT NULL,
    ts         TIMESTAMPTZ,
    sample_of  VARCHAR NOT NULL,
    line       VARCHAR NOT NULL
);

CREATE TABLE stored.catalog (
    provider   VARCHAR PRIMARY KEY,
    title_en   VARCHAR NOT NULL,
    title_zh   VARCHAR NOT NULL,
    edition    VARCHAR NOT NULL,
    date       VARCHAR NOT NULL,
    source     VARCHAR NOT NULL,
    hash       VARCHAR NOT NULL,
    loaded_at  TIMESTAMPTZ NOT NULL
);

CREATE TABLE stored.catalog_entry (
    entry_id     VARCHAR PRIMARY KEY,
    provider     VARCHAR NOT NULL,
    edition      VARCHAR NOT NULL,
    position     INTEGER NOT NULL,
    api          VARCHAR NOT NULL,
    http_status  SMALLINT,
    code         VARCHAR,
    message      VARCHAR NOT NULL,
    example      VARCHAR,
    meaning_en   VARCHAR NOT NULL,
    meaning_zh   VARCHAR NOT NULL,
    remedy_id    VARCHAR NOT NULL,
    remedy_en    VARCHAR NOT NULL,
    remedy_zh    VARCHAR NOT NULL,
    category     VARCHAR NOT NULL,
    action       VARCHAR NOT NULL,
    owner        VARCHAR NOT NULL,
    retry        VARCHAR NOT NULL
);

-- One row a run of a command that writes; totals are net of provisional records read again.
CREATE TABLE stored.run (
    run_id        INTEGER PRIMARY KEY,
    command       VARCHAR NOT NULL,
    version       VARCHAR NOT NULL,
    started_at    TIMESTAMPTZ NOT NULL,
    finished_at   TIMESTAMPTZ,
    subject       VARCHAR,
    outcome       VARCHAR NOT NULL,
    files         BIGINT NOT NULL DEFAULT 0,
    skipped       BIGINT NOT NULL DEFAULT 0,
    failed_files  BIGINT NOT NULL DEFAULT 0,
    lines         BIGINT NOT NULL DEFAULT 0,
    events        BIGINT NOT NULL DEFAULT 0,
    failures      BIGINT NOT NULL DEFAULT 0,
    rejects       BIGINT NOT NULL DEFAULT 0,
    blank         BIGINT NOT NULL DEFAULT 0,
    continuation  BIGINT NOT NULL DEFAULT 0,
    seconds       DOUBLE NOT NULL DEFAULT 0
);
