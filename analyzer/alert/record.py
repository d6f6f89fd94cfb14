"""What evaluations left, in the store: read before the next one, written after it, in one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analyzer.alert.finding import Finding
from analyzer.alert.state import Incident, Message, Signal, State
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

_MINUTE = 60_000_000


def load(connection: duckdb.DuckDBPyConnection) -> State:
    """Return the open signals and incidents, those whose end is untold, and how far each rule is."""
    state = State()
    for row in _rows(connection, "open_incidents.sql"):
        incident = Incident(**{**row, "entries": tuple(row["entries"])})
        state.incidents[incident.incident_id] = incident
    for row in _rows(connection, "open_signals.sql"):
        signal = Signal(**{**row, "finding": _finding(row)})
        state.signals[(signal.rule, signal.subject)] = signal
    for row in _rows(connection, "evaluated_rules.sql"):
        state.evaluated[row["rule"]] = (row["hash"], row["evaluated_at"])
        state.data_until, state.seen = row["data_until"], row["seen"]
    last = connection.execute(
        "SELECT coalesce(max(incident_id), 0) + 1 FROM stored.alert_incident"
    ).fetchone()
    state.next_id = int(last[0]) if last else 1
    return state


def save(
    connection: duckdb.DuckDBPyConnection, state: State, messages: Sequence[tuple[Message, Mapping[str, Any]]]
) -> None:
    """Write the state after an evaluation, and its messages with their content."""
    for incident in (*state.incidents.values(), *state.over):
        connection.execute("DELETE FROM stored.alert_incident WHERE incident_id = ?", [incident.incident_id])
        values = {**vars(incident), "entries": list(incident.entries)}
        connection.execute(statement("alert", "insert_incident.sql"), values)
    for signal in (*state.signals.values(), *state.ended):
        key = [signal.incident_id, signal.rule, signal.subject, signal.opened_at * _MINUTE]
        connection.execute(statement("alert", "delete_signal.sql"), key)
        values = {**vars(signal), "finding": _as_json(signal.finding)}
        connection.execute(statement("alert", "insert_signal.sql"), values)
    connection.execute("DELETE FROM stored.alert_rule")
    for rule, (digest, at) in state.evaluated.items():
        connection.execute(
            "INSERT INTO stored.alert_rule BY NAME SELECT ? AS rule, ? AS hash, "
            "make_timestamptz(?::BIGINT) AS evaluated_at, make_timestamptz(?::BIGINT) AS data_until, "
            "?::BIGINT[] AS seen",
            [
                rule,
                digest,
                at * _MINUTE,
                None if state.data_until is None else state.data_until * _MINUTE,
                None if state.seen is None else list(state.seen),
            ],
        )
    for message, body in messages:
        values = {**vars(message), "body": json.dumps(body, ensure_ascii=False)}
        connection.execute(statement("alert", "insert_message.sql"), values)


def history(connection: duckdb.DuckDBPyConnection, since: int | None, limit: int) -> list[dict[str, Any]]:
    """Return the latest incidents, open or over, those opened last first; moments are minutes."""
    return _rows(connection, "history.sql", {"since": since, "limit": limit})


def unsent(
    connection: duckdb.DuckDBPyConnection, channels: Sequence[str], since: int
) -> list[tuple[str, dict[str, Any]]]:
    """Return the messages made since a minute that not all of these channels got: their id and content."""
    rows = _rows(connection, "unsent_messages.sql", {"channels": list(channels), "since": since})
    return [(row["message_id"], json.loads(row["body"])) for row in rows]


def _rows(
    connection: duckdb.DuckDBPyConnection, name: str, values: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    found = connection.execute(statement("alert", name), dict(values) if values else None)
    names = [column[0] for column in found.description or ()]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def _as_json(finding: Finding) -> str:
    kept = {name: value for name, value in vars(finding).items() if name != "error"}
    return json.dumps(kept, ensure_ascii=False, default=float)


def _finding(row: Mapping[str, Any]) -> Finding:
    return Finding(**json.loads(row["finding"]))
