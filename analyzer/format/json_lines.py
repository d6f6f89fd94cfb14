"""Lines that are JSON objects: which fields to look in, line by line, for each column.

A format file's `settings` maps a column to the field names to try, in order; a dot reaches into an
object (`response.status`). The first field that a line has wins, so one file may mix spellings.
Besides an event's columns there are `request` ("POST /v1 HTTP/1.1"), `error` (an error object or
text), `flat_code` (a code beside the status), `body` (the answer's: an object, JSON in a text, or an
event stream), `state` (of a task) and `text` (the line's own message, the last resort of a failure).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from string import Template

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.structure import Structure
from analyzer.quote import quote_text
from analyzer.resources import statement

COLUMNS = (
    *("ts", "request_id", "operation_id", "attempt", "task_id", "span_id", "request", "method", "path"),
    *("model", "client", "client_agent", "api_key", "status", "error", "error_code", "error_message"),
    *("flat_code", "body", "state", "text"),
)
AGAIN = "again"
"""Reason of the lines that hold a name which was not looked for."""

DURATION_UNITS = {"duration_ms": "ms", "duration_s": "s", "duration_us": "us", "duration_ns": "ns"}


def check_settings(definition: Definition) -> None:
    """Refuse settings that are no lists of field names. Raises FormatError naming file and key."""
    known = {*COLUMNS, *DURATION_UNITS}
    for key, names in definition.settings.items():
        if key not in known:
            raise FormatError(
                f"{definition.path}: settings.{key} is unknown; there are {', '.join(sorted(known))}"
            )
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise FormatError(f"{definition.path}: settings.{key} must be a list of field names")


def fields_of_json(definition: Definition, keys: Collection[str] | None = None, tested: bool = True) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns.

    Each name that is looked for costs a little on every line. With `keys`, those that a sample of
    the lines holds, only these are looked for, and a line that holds another known one becomes the
    reject AGAIN, to be taken apart without `keys`. With `tested` False a malformed line ends the query.
    """
    names = dict.fromkeys(name for listed in definition.settings.values() for name in listed)
    found = [name for name in names if keys is None or all(part in keys for part in name.split("."))]
    wanted = found or list(names)[:1]
    flat = [name for name in names if "." in name and (keys is None or name in keys)]
    structure = Structure(wanted, flat)
    readers = {name: structure.field(name) for name in {*wanted, *flat}}
    settings = {
        key: [readers[name] for name in listed if name in readers]
        for key, listed in definition.settings.items()
    }
    expressions = {column: _coalesce(settings.get(column, ())) for column in COLUMNS}
    durations = {unit: settings.get(key, []) for key, unit in DURATION_UNITS.items()}
    expressions["duration_ms"] = _coalesce([field for fields in durations.values() for field in fields])
    expressions["duration_unit"] = _unit(durations)
    expressions["unseen"] = "FALSE" if keys is None else _unseen(names, keys)
    fields = Template(statement("format", "json.sql")).substitute(
        expressions, parsed=structure.select("lines", tested)
    )
    return Template(statement("format", "fields.sql")).substitute(fields=fields)


def _unseen(names: Iterable[str], keys: Collection[str]) -> str:
    """Return the SQL that finds lines which hold a key that may matter and is not among `keys`."""
    known = {part for name in names for part in (name, *name.split("."))}
    left_out = "|".join(re.escape(key) for key in sorted(known.difference(keys)))
    if not left_out:
        return "FALSE"
    named = quote_text(f'"(?:{left_out})"\\s*:')
    # A key may be written with escapes, which only a parser undoes.
    escaped = quote_text(r'\\u00[0-9a-fA-F]{2}[^"\\]*"\s*:')
    escape = quote_text(r"\u00")
    return (
        f"(regexp_matches(line, {named}) OR (contains(line, {escape}) AND regexp_matches(line, {escaped})))"
    )


def _coalesce(expressions: Sequence[str]) -> str:
    if not expressions:
        return "NULL"
    return expressions[0] if len(expressions) == 1 else f"coalesce({', '.join(expressions)})"


def _unit(durations: dict[str, list[str]]) -> str:
    """Return the SQL that names the unit of the first duration field that a line has."""
    branches = [
        f"WHEN {_coalesce(fields)} IS NOT NULL THEN {quote_text(unit)}"
        for unit, fields in durations.items()
        if fields
    ]
    return f"CASE {' '.join(branches)} END" if branches else "NULL"
