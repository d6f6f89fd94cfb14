"""Opening a format's envelopes in DuckDB, one inside the other, before its lines are taken apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from string import Template
from typing import TYPE_CHECKING

import duckdb

from analyzer.format.envelope import unwrap
from analyzer.resources import statement

if TYPE_CHECKING:
    from analyzer.format.definition import Definition

REACH = 1000
"""A part goes on in the next one of its channel, if that stands at most this many lines below it: one
that never ends must not hold up all that follows."""

MOST_PARTS = 4096
"""So many parts are one record at most: 64 MB where a part is one of 16 KB."""

_COLUMNS = "line_no, byte_offset, line, moment, weak, fate"
_NO_TIMES = "NULL::TIMESTAMPTZ AS moment, NULL::VARCHAR AS weak"


def open_envelopes(
    connection: duckdb.DuckDBPyConnection,
    definition: Definition,
    give_lines: Callable[[], str],
    taken: Sequence[int] = (),
    tested: bool = True,
) -> int | None:
    """Make the temporary view `unwrapped`: the inner lines of a format's envelopes, one row a line.

    `give_lines` returns the name of a relation (line_no, byte_offset, line), anew at each call. The
    view's columns are line_no, byte_offset, line, moment and weak (an envelope's times: the moment, and
    the text of one that tells no year) and fate: NULL, `continuation` for a further part of a joined
    record, or why the envelope is damaged. Returns the number of the first line whose record lacks its
    last part, None where all are whole. `taken` are the numbers of lines that belong to records above
    those given: they are `continuation`. Unless `tested`, a malformed line ends a transaction.
    """
    others = _set_aside(connection, give_lines, taken)
    first_open: list[int] = []
    for depth, envelope in enumerate(definition.envelopes):

        def relation(depth: int = depth) -> str:
            if depth:
                return f"(SELECT * FROM unwrapped_{depth - 1} WHERE fate IS NULL)"  # noqa: S608
            return f"(SELECT line_no, byte_offset, line, {_NO_TIMES} FROM {give_lines()}{others})"  # noqa: S608

        _open(connection, envelope, relation, depth, tested)
        if "joined" in envelope.settings:
            first_open += _join_parts(connection, depth)
        _forget_above(connection, depth)
    last = len(definition.envelopes) - 1
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW unwrapped AS SELECT {_COLUMNS} FROM unwrapped_{last} "  # noqa: S608
        f"UNION ALL SELECT {_COLUMNS} FROM unwrapped_fates"
    )
    return min(first_open, default=None)


_FATES = (
    "NULL::BIGINT AS line_no, NULL::BIGINT AS byte_offset, NULL::VARCHAR AS line, "
    f"{_NO_TIMES}, NULL::VARCHAR AS fate LIMIT 0"
)


def _open(
    connection: duckdb.DuckDBPyConnection,
    envelope: Definition,
    relation: Callable[[], str],
    depth: int,
    tested: bool,
) -> None:
    try:
        opened = unwrap(envelope, relation(), tested)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE opened_{depth} AS {opened}")
    except duckdb.InvalidInputException:
        if tested:
            raise
        opened = unwrap(envelope, relation(), tested=True)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE opened_{depth} AS {opened}")
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW unwrapped_{depth} AS SELECT {_COLUMNS} FROM opened_{depth}"  # noqa: S608
    )


def _set_aside(
    connection: duckdb.DuckDBPyConnection, give_lines: Callable[[], str], taken: Sequence[int]
) -> str:
    """Make the tables of lines that are no inner ones, and of those that belong to records above them.

    Lines that were `taken` are in both. Returns the condition of the others.
    """
    connection.execute(f"CREATE OR REPLACE TEMP TABLE unwrapped_fates AS SELECT {_FATES}")
    connection.execute("CREATE OR REPLACE TEMP TABLE further (line_no BIGINT, head BIGINT)")
    if not taken:
        return ""
    listed = ", ".join(str(int(line_no)) for line_no in taken)
    connection.execute(
        f"INSERT INTO unwrapped_fates SELECT line_no, byte_offset, line, {_NO_TIMES}, 'continuation' "  # noqa: S608
        f"FROM {give_lines()} WHERE line_no IN ({listed})"
    )
    connection.execute(f"INSERT INTO further SELECT unnest([{listed}]), 0")
    return f" WHERE line_no NOT IN ({listed})"


def further_lines(connection: duckdb.DuckDBPyConnection, first_line: int) -> tuple[int, ...]:
    """Return the lines from `first_line` on that belong to records above it, of what was opened last."""
    rows = connection.execute(statement("format", "envelope_further.sql"), [first_line]).fetchall()
    return tuple(line_no for (line_no,) in rows)


def _forget_above(connection: duckdb.DuckDBPyConnection, depth: int) -> None:
    """Keep of the level above only the lines that ended there, lest each level hold a copy of the text."""
    if not depth:
        return
    connection.execute(
        f"INSERT INTO unwrapped_fates SELECT {_COLUMNS} FROM unwrapped_{depth - 1} WHERE fate IS NOT NULL"  # noqa: S608
    )
    connection.execute(f"DROP VIEW unwrapped_{depth - 1}")
    for kind in ("opened", "joined"):
        connection.execute(f"DROP TABLE IF EXISTS {kind}_{depth - 1}")


def _join_parts(connection: duckdb.DuckDBPyConnection, depth: int) -> list[int]:
    """Put the parts of one level's records together; return the first line of an open record."""
    opened = f"opened_{depth}"
    if not connection.execute(f"SELECT 1 FROM {opened} WHERE goes_on LIMIT 1").fetchall():  # noqa: S608
        return []
    joined = Template(statement("format", "envelope_parts.sql")).substitute(
        opened=opened, reach=REACH, most=MOST_PARTS
    )
    connection.execute(f"CREATE OR REPLACE TEMP TABLE joined_{depth} AS {joined}")
    connection.execute(
        f"INSERT INTO further SELECT line_no, head FROM joined_{depth} WHERE line_no <> head"  # noqa: S608
    )
    connection.execute(
        f"CREATE OR REPLACE TEMP VIEW unwrapped_{depth} AS SELECT {_COLUMNS} FROM joined_{depth} "  # noqa: S608
        f"UNION ALL SELECT {_COLUMNS} FROM {opened} WHERE line_no NOT IN (SELECT line_no FROM joined_{depth})"
    )
    row = connection.execute(f"SELECT min(line_no) FROM joined_{depth} WHERE is_open").fetchone()  # noqa: S608
    return [int(row[0])] if row and row[0] is not None else []
