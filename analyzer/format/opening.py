"""Opening a format's envelopes in DuckDB, one inside the other, before its lines are taken apart."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import duckdb

from analyzer.format.envelope import unwrap
from analyzer.resources import statement

if TYPE_CHECKING:
    from analyzer.format.definition import Definition

_COLUMNS = "line_no, byte_offset, line, moment, weak, fate"
_NO_TIMES = "NULL::TIMESTAMPTZ AS moment, NULL::TIMESTAMPTZ AS weak"


def open_envelopes(
    connection: duckdb.DuckDBPyConnection, definition: Definition, give_lines: Callable[[], str]
) -> int | None:
    """Make the temporary view `unwrapped`: the inner lines of a format's envelopes, one row a line.

    `give_lines` returns the name of a relation (line_no, byte_offset, line), anew at each call. The
    view's columns are line_no, byte_offset, line, moment and weak (an envelope's times) and fate: NULL,
    `continuation` for a further part of a joined record, or why the envelope is damaged. Returns the
    number of the first line whose record lacks its last part, None where all are whole.
    """
    first_open: list[int] = []
    given: list[str] = []
    for depth, envelope in enumerate(definition.envelopes):
        if depth:
            relation = f"(SELECT * EXCLUDE (fate) FROM unwrapped_{depth - 1} WHERE fate IS NULL)"  # noqa: S608
            _open(connection, envelope, relation, depth)
            given.append(f"SELECT {_COLUMNS} FROM unwrapped_{depth - 1} WHERE fate IS NOT NULL")  # noqa: S608
        else:
            _open_first(connection, envelope, give_lines)
        first_open += _join_parts(connection, depth)
    given.append(f"SELECT {_COLUMNS} FROM unwrapped_{len(definition.envelopes) - 1}")  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TEMP VIEW unwrapped AS {' UNION ALL '.join(given)}")
    return min(first_open, default=None)


def _open_first(
    connection: duckdb.DuckDBPyConnection, envelope: Definition, give_lines: Callable[[], str]
) -> None:
    """Open the outer envelopes. Most logs hold no damaged one: the first try is without a test of each."""
    relation = "(SELECT *, {} FROM {})"
    try:
        _open(connection, envelope, relation.format(_NO_TIMES, give_lines()), 0, tested=False)
    except duckdb.InvalidInputException:
        _open(connection, envelope, relation.format(_NO_TIMES, give_lines()), 0)


def _open(
    connection: duckdb.DuckDBPyConnection,
    envelope: Definition,
    relation: str,
    depth: int,
    tested: bool = True,
) -> None:
    opened = unwrap(envelope, relation, tested)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE opened_{depth} AS {opened}")


def _join_parts(connection: duckdb.DuckDBPyConnection, depth: int) -> list[int]:
    """Make the view `unwrapped_DEPTH` of one level's envelopes; return the first line of an open record."""
    view = f"CREATE OR REPLACE TEMP VIEW unwrapped_{depth} AS SELECT {_COLUMNS} FROM"
    if not connection.execute(f"SELECT 1 FROM opened_{depth} WHERE goes_on LIMIT 1").fetchall():  # noqa: S608
        connection.execute(f"{view} opened_{depth}")
        return []
    connection.execute(f"CREATE OR REPLACE TEMP VIEW opened AS SELECT * FROM opened_{depth}")  # noqa: S608
    joined = statement("format", "envelope_parts.sql")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE joined_{depth} AS {joined}")
    connection.execute(f"{view} joined_{depth}")
    row = connection.execute(f"SELECT min(line_no) FROM joined_{depth} WHERE is_open").fetchone()  # noqa: S608
    return [int(row[0])] if row and row[0] is not None else []
