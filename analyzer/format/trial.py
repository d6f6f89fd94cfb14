"""Lines taken apart in memory, to try a format out: for its samples and for detection."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from string import Template
from typing import Any

import duckdb

from analyzer.format.definition import Definition
from analyzer.format.opening import open_envelopes
from analyzer.format.project import KINDS, hints_of, prepare, project
from analyzer.format.table import is_quoted, join_records
from analyzer.resources import statement


def open_trial(quick: bool = False) -> duckdb.DuckDBPyConnection:
    """Return an in-memory database in which lines can be tried; a time without a zone is UTC there.

    `quick` is for a few thousand lines: planning a projection then takes longer than running it, and
    most of that is the optimizer's.
    """
    connection = duckdb.connect()
    if quick:
        connection.execute("PRAGMA disable_optimizer")
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET VARIABLE written_at = epoch_us(TIMESTAMPTZ '2026-12-31 12:00:00+00')")
    prepare(connection)
    connection.execute("CREATE TEMP TABLE openers (opener_key VARCHAR, status SMALLINT, line_no BIGINT)")
    return connection


_held = threading.local()


def trial_connection() -> duckdb.DuckDBPyConnection:
    """Return the thread's own quick trial database, made once: opening one takes as long as a detection."""
    if not hasattr(_held, "connection"):
        _held.connection = open_trial(quick=True)
    connection: duckdb.DuckDBPyConnection = _held.connection
    connection.execute("SET TimeZone = 'UTC'")
    return connection


def load_numbered(connection: duckdb.DuckDBPyConnection, lines: Sequence[tuple[int, str]]) -> None:
    """Make numbered lines the table `tried_0`, in the form of the relation `lines`."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE tried_0 AS "
        "SELECT unnest($1::BIGINT[]) AS line_no, unnest($1::BIGINT[]) AS byte_offset,"
        " unnest($2::VARCHAR[]) AS line, NULL::TIMESTAMPTZ AS moment",
        [[number for number, _ in lines], [line for _, line in lines]],
    )


def load_lines(connection: duckdb.DuckDBPyConnection, lines: Sequence[str], first_line: int = 1) -> None:
    """Make `lines` the relation that projections read; `byte_offset` counts characters."""
    offsets, offset = [], 0
    for line in lines:
        offsets.append(offset)
        offset += len(line) + 1
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE tried AS SELECT *, NULL::TIMESTAMPTZ AS moment FROM ("
        "SELECT unnest(range($1, $1 + len($2::VARCHAR[]))) AS line_no, unnest($3::BIGINT[]) AS byte_offset,"
        " unnest($2::VARCHAR[]) AS line)",
        [first_line, list(lines), offsets],
    )
    connection.execute("CREATE OR REPLACE TEMP VIEW lines AS SELECT * FROM tried")


def trial_projection(connection: duckdb.DuckDBPyConnection, definition: Definition) -> str:
    """Return the projection of the loaded lines, whose envelopes are opened first."""
    if not definition.envelopes:
        connection.execute("CREATE OR REPLACE TEMP VIEW lines AS SELECT * FROM tried")
        if not is_quoted(definition) or join_records(connection, definition, lambda: None) is None:
            return project(definition, hints_of(connection, definition))
    else:
        open_envelopes(connection, definition, lambda: "(SELECT line_no, byte_offset, line FROM tried)")
        connection.execute(statement("format", "unwrapped_lines.sql"))
    projected = project(definition, hints_of(connection, definition))
    fates = statement("format", "unwrapped_fates.sql")
    timed = Template(statement("format", "unwrapped_times.sql")).substitute(projected=projected)
    return f"SELECT * FROM ({timed}) UNION ALL BY NAME {fates}"  # noqa: S608 - our own statements


def trial_fields(connection: duckdb.DuckDBPyConnection, definition: Definition) -> str:
    """Return the SELECT of what the times of the loaded lines come from, in less than a projection takes."""
    fields = KINDS[definition.kind].fields
    if fields is None or definition.envelopes:
        return trial_projection(connection, definition)
    connection.execute("CREATE OR REPLACE TEMP VIEW lines AS SELECT * FROM tried")
    return fields(definition, hints_of(connection, definition))


def take_apart(
    connection: duckdb.DuckDBPyConnection, definition: Definition, completed: bool = True
) -> list[dict[str, Any]]:
    """Return the projection of the loaded lines, a dictionary a line in order.

    `ts` is in microseconds since 1970. With `completed`, requests have what later records tell of them.
    """
    projected = trial_projection(connection, definition)
    result = connection.execute(
        f"SELECT * REPLACE (epoch_us(ts) AS ts) FROM ({projected}) ORDER BY line_no, ts"  # noqa: S608
    )
    names = [column[0] for column in result.description]
    rows = [dict(zip(names, row, strict=True)) for row in result.fetchall()]
    if completed:
        _complete(rows)
    return rows


def _complete(rows: Sequence[dict[str, Any]]) -> None:
    """Give requests what a later record told of them, as the ingestion does with what it has stored."""
    events = {row["line_no"]: row for row in rows if row["outcome"] == "event"}
    for row in rows:
        opener = events.get(row["completes_line"])
        if opener is not None:
            for name in ("error_code", "error_message"):
                opener[name] = row[name]
            for name in ("request_id", "model"):
                opener[name] = opener[name] or row[name]
            opener["unclaimed"] = None
