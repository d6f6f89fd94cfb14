"""Looking for secrets in what is stored: the same masks, over whole columns of every table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.ingest.mask import Mask, masked, may_hold
from analyzer.quote import quote_name, quote_text
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

EXAMPLES = 3
_AROUND = 40
_STANDS_FOR = re.compile(r"\[(?:masked|email|address|prompt)\]")


@dataclass(frozen=True)
class Example:
    """A place of a finding: the source and line it stands in, where known, and its masked text, cut."""

    source: str | None
    line_no: int | None
    text: str


@dataclass(frozen=True)
class Finding:
    """Rows of a column whose text looks like a secret: a mask would change it.

    `mask` is `raw_key` for a key where a label should be, `raw_value` for a value of which a mask that
    is on makes a label.
    """

    table: str
    column: str
    mask: str
    rows: int
    examples: tuple[Example, ...]


@dataclass(frozen=True)
class Scan:
    """What a scan found, and how much it looked at."""

    findings: tuple[Finding, ...]
    tables: int
    columns: int
    rows: int


@dataclass(frozen=True)
class _Table:
    """A table: its texts (column -> SQL of the text), and its columns' names."""

    name: str
    shown: str
    texts: dict[str, str]
    columns: frozenset[str]


def scan(connection: duckdb.DuckDBPyConnection, masks: Sequence[Mask]) -> Scan:
    """Return what looks like a secret in the texts of every table of the store; it is only read."""
    connection.execute(statement("ingest", "macros.sql"))
    tables = [table for table in _tables(connection) if table.texts]
    findings: list[Finding] = []
    rows = 0
    for table in tables:
        looks = {column: _suspicion(column, text, masks) for column, text in table.texts.items()}
        counts = ", ".join(f"count(*) FILTER ({look})" for look in looks.values())
        total, *suspects = connection.execute(f"SELECT count(*), {counts} FROM {table.name}").fetchall()[0]  # noqa: S608
        rows += total
        for (column, look), suspected in zip(looks.items(), suspects, strict=True):
            if suspected:
                findings += _findings(connection, table, column, look, masks)
    return Scan(tuple(findings), len(tables), sum(len(table.texts) for table in tables), rows)


def _tables(connection: duckdb.DuckDBPyConnection) -> list[_Table]:
    found: dict[tuple[str, str], dict[str, str]] = {}
    for schema, table, column, kind in connection.execute(
        "SELECT schema_name, table_name, column_name, data_type FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal "
        "AND (schema_name, table_name) IN (SELECT (schema_name, table_name) FROM duckdb_tables()) "
        "ORDER BY schema_name, table_name, column_index"
    ).fetchall():
        found.setdefault((schema, table), {})[column] = kind
    return [_table(*name, kinds) for name, kinds in found.items()]


def _table(schema: str, name: str, kinds: dict[str, str]) -> _Table:
    texts = {column: quote_name(column) for column, kind in kinds.items() if kind == "VARCHAR"}
    texts |= {
        column: f"array_to_string({quote_name(column)}, chr(10))"
        for column, kind in kinds.items()
        if kind == "VARCHAR[]"
    }
    return _Table(f"{quote_name(schema)}.{quote_name(name)}", f"{schema}.{name}", texts, frozenset(kinds))


def _suspicion(column: str, text: str, masks: Sequence[Mask]) -> str:
    """Return the SQL of whether a row deserves a closer look; quick, and true of every secret."""
    conditions = [may_hold(text, masks), *_whole_values(column, text, masks).values()]
    return " OR ".join(f"({condition})" for condition in conditions)


def _whole_values(column: str, text: str, masks: Sequence[Mask]) -> dict[str, str]:
    """Return what to look for in columns of which labels are made: values that are none."""
    tests = {"raw_key": f"is_key({text}, bare_key({text}))"} if column == "api_key" else {}
    if any(column in mask.labels for mask in masks):
        tests["raw_value"] = f"NOT regexp_full_match({text}, {quote_text(column + '-[0-9a-f]{12}')})"
    return tests


def _findings(
    connection: duckdb.DuckDBPyConnection, table: _Table, column: str, look: str, masks: Sequence[Mask]
) -> list[Finding]:
    tests = {mask.name: f"{masked('text', (mask,))} <> text" for mask in masks}
    tests |= _whole_values(column, "text", masks)
    suspects = f"(SELECT *, {table.texts[column]} AS text FROM {table.name} WHERE {look})"  # noqa: S608
    counts = ", ".join(f"count(*) FILTER ({test})" for test in tests.values())
    found = connection.execute(f"SELECT {counts} FROM {suspects}").fetchall()[0]  # noqa: S608
    return [
        Finding(table.shown, column, name, rows, _examples(connection, table, name, suspects, test, masks))
        for (name, test), rows in zip(tests.items(), found, strict=True)
        if rows
    ]


def _examples(
    connection: duckdb.DuckDBPyConnection,
    table: _Table,
    name: str,
    suspects: str,
    test: str,
    masks: Sequence[Mask],
) -> tuple[Example, ...]:
    has_source, has_line = "source_id" in table.columns, "line_no" in table.columns
    source = (
        "(SELECT any_value(name) FROM stored.source AS s WHERE s.source_id = suspect.source_id)"
        if has_source
        else "NULL"
    )
    line = "line_no" if has_line else "NULL"
    order = ", ".join(name for name in ("source_id", "line_no") if name in table.columns) or "text"
    text = "'[masked]'" if name in ("raw_key", "raw_value") else masked("text", masks)
    rows = connection.execute(
        f"SELECT {source}, {line}, {text} FROM {suspects} AS suspect WHERE {test} "  # noqa: S608
        f"ORDER BY {order} LIMIT {EXAMPLES}"
    ).fetchall()
    return tuple(Example(source, line, _excerpt(text)) for source, line, text in rows)


def _excerpt(text: str) -> str:
    """Return what stands around the first mask of a text, in one printable line."""
    found = _STANDS_FOR.search(text)
    place = found.start() if found else 0
    start, end = max(0, place - _AROUND), place + _AROUND
    cut = ("…" if start else "") + text[start:end] + ("…" if end < len(text) else "")
    return "".join(sign if sign.isprintable() else " " for sign in cut)
