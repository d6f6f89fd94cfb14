-- What the alert rules found. Moments are whole minutes, the unit in which rules are evaluated.

CREATE SEQUENCE stored.alert_incident_number;

-- One row a rule: the last moment it was evaluated at, and the definition it then had. An evaluation
-- at the same moment or an earlier one finds this and changes nothing.
CREATE TABLE stored.alert_rule (
    rule          VARCHAR NOT NULL,
    hash          VARCHAR NOT NULL,
    evaluated_at  TIMESTAMPTZ NOT NULL
);

-- One row a thing that went wrong, however many rules and entries it touches. `ended_at` is when its
-- last signal fell below, `closed_at` when the cool-down after that was over.
CREATE TABLE stored.alert_incident (
    incident_id  BIGINT NOT NULL,
    cause        VARCHAR NOT NULL,
    model        VARCHAR,
    level        VARCHAR NOT NULL,
    worst_level  VARCHAR NOT NULL,
    started_at   TIMESTAMPTZ NOT NULL,
    opened_at    TIMESTAMPTZ NOT NULL,
    updated_at   TIMESTAMPTZ NOT NULL,
    ended_at     TIMESTAMPTZ,
    closed_at    TIMESTAMPTZ,
    told_level   VARCHAR,
    told_at      TIMESTAMPTZ,
    messages     INTEGER NOT NULL,
    entries      VARCHAR[] NOT NULL
);

-- One row a rule (and, for rules that judge each entry, a subject) and each time that it fired.
CREATE TABLE stored.alert_signal (
    incident_id  BIGINT NOT NULL,
    rule         VARCHAR NOT NULL,
    subject      VARCHAR NOT NULL,
    level        VARCHAR NOT NULL,
    worst_level  VARCHAR NOT NULL,
    started_at   TIMESTAMPTZ NOT NULL,
    opened_at    TIMESTAMPTZ NOT NULL,
    quiet_since  TIMESTAMPTZ,
    closed_at    TIMESTAMPTZ,
    finding      VARCHAR NOT NULL
);

-- What is to be said, once each, written with the evaluation that found it. What became of it on its way
-- to a channel stands in stored.delivery, under the occasion `alert ` and its id.
CREATE TABLE stored.alert_message (
    message_id   VARCHAR NOT NULL,
    incident_id  BIGINT NOT NULL,
    kind         VARCHAR NOT NULL,
    level        VARCHAR NOT NULL,
    made_at      TIMESTAMPTZ NOT NULL,
    body         VARCHAR NOT NULL
);
