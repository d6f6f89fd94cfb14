"""From a format's definition to the SELECT that takes lines apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.event import FORMAT_COLUMNS
from analyzer.format import access, json_lines, records
from analyzer.format.definition import Definition
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

PROJECTED: tuple[str, ...] = (
    *("line_no", "byte_offset", "outcome", "reason", "line"),
    *(column.name for column in FORMAT_COLUMNS),
    *("record_start", "opener_key", "completes_line", "unclaimed"),
)
"""Columns of a projection, one row for each line.

`outcome` is event, reject, blank or continuation; `line` is kept for failures and for rejects that
are damaged; `record_start`, `opener_key`, `completes_line` and `unclaimed` matter to formats whose
records span lines: see `records`.
"""

_CHECKS = {
    "json": json_lines.check_settings,
    "access": access.check_settings,
    "records": records.check_settings,
}


def check(definition: Definition) -> None:
    """Refuse settings that the format's kind does not know. Raises FormatError."""
    _CHECKS[definition.kind](definition)


@dataclass(frozen=True)
class Projection:
    """The SELECTs that take lines apart in two steps, so that plain successes are written once.

    `seen` reads `lines(line_no BIGINT, byte_offset BIGINT, line VARCHAR)`, one row a line, with
    `is_suspect`; it is None for formats whose records span lines. `staged` reads `seen` (or `lines`
    and `openers(opener_key, status, line_no)`) and gives the columns PROJECTED of all that is no plain
    success.
    """

    seen: str | None
    staged: str


def projection(
    definition: Definition, keys: Collection[str] | None = None, tested: bool = True
) -> Projection:
    """Return the projection of a format. Times without a zone are read in the session's TimeZone.

    `keys`, for formats of the kind json, are the names that a sample of the lines holds: only these
    are looked for, and lines with others come back as rejects with the reason `again`. With `tested`
    False one malformed line ends the query, and the others cost less. Raises FormatError for invalid
    settings.
    """
    check(definition)
    if definition.kind == "records":
        return Projection(None, records.project_records(definition))
    fields = (
        json_lines.fields_of_json(definition, keys, tested)
        if definition.kind == "json"
        else access.fields_of_access()
    )
    return Projection(fields, statement("format", "causes.sql"))


def project(definition: Definition, keys: Collection[str] | None = None) -> str:
    """Return one SELECT over `lines` that gives every line's columns PROJECTED; otherwise as `projection`."""
    steps = projection(definition, keys)
    if steps.seen is None:
        return steps.staged
    plain = statement("format", "plain.sql")
    return f"WITH seen AS MATERIALIZED ({steps.seen}) {plain} UNION ALL SELECT * FROM ({steps.staged})"


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the macros that every projection uses."""
    connection.execute(statement("format", "macros.sql"))
