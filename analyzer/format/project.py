"""From a format's definition to the SELECT that takes lines apart."""

from __future__ import annotations

from collections.abc import Collection
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

_PROJECTORS = {
    "access": access.project_access,
    "records": records.project_records,
}
_CHECKS = {
    "json": json_lines.check_settings,
    "access": access.check_settings,
    "records": records.check_settings,
}


def check(definition: Definition) -> None:
    """Refuse settings that the format's kind does not know. Raises FormatError."""
    _CHECKS[definition.kind](definition)


def project(definition: Definition, keys: Collection[str] | None = None) -> str:
    """Return the SELECT over `lines(line_no BIGINT, byte_offset BIGINT, line VARCHAR)`.

    `keys`, for formats of the kind json, are the names that a sample of the lines holds: only these
    are looked for, and lines with others come back as rejects with the reason `again`.

    Formats whose records span lines read `openers(opener_key, status, line_no)` as well. Times
    without a zone are read in the session's TimeZone. Raises FormatError for invalid settings.
    """
    check(definition)
    if definition.kind == "json":
        return json_lines.project_json(definition, keys)
    return _PROJECTORS[definition.kind](definition)


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Give the connection the macros that every projection uses."""
    connection.execute(statement("format", "macros.sql"))
