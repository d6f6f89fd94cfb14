"""Formats whose fields have names: which names to look in, line by line, for each column.

A format file's `settings` maps a column to the names to try, in order. The first that a line has wins,
so one file may mix spellings. Besides an event's columns there are `request` ("POST /v1 HTTP/1.1"),
`error` (an error object or text), `flat_code` (a code beside the status), `body` (the answer's: an
object, JSON in a text, or an event stream), `state` (of a task) and `text` (the line's own message, the
last resort of a failure). A duration is one of five settings, by its unit (`duration_s_or_ms` counts seconds
where it has a fraction, as nginx's do, else milliseconds); without one `ended` is the
time at which an attempt that began at `ts` was over. `retries` counts the attempts before this one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from string import Template
from typing import Any

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.hints import Hints
from analyzer.quote import quote_text
from analyzer.resources import statement

COLUMNS = (
    *("ts", "request_id", "operation_id", "attempt", "task_id", "span_id", "request", "method", "path"),
    *("model", "client", "client_agent", "api_key", "status", "error", "error_code", "error_message"),
    *("flat_code", "body", "state", "text"),
)
DERIVED = ("ended", "retries")
DURATION_UNITS = {
    **{"duration_ms": "ms", "duration_s": "s", "duration_us": "us", "duration_ns": "ns"},
    "duration_s_or_ms": "s or ms",
}
_ENVELOPED = (
    "CASE WHEN suffix(ts, 'Z') OR moment IS NULL THEN coalesce(as_moment(ts), moment)"
    r" WHEN regexp_matches(ts, '(?:UTC|GMT|[+-]\d\d:?\d\d)\]?$|^\d{9,}') THEN coalesce(as_moment(ts), moment)"
    " ELSE moment END"
)

_TRIES, _RETRIES = "try_cast(attempt AS INTEGER)", "try_cast(retries AS INTEGER) + 1"
_LASTED = "as_milliseconds(duration_ms, duration_unit)"


def check_names(definition: Definition, others: Sequence[str] = ()) -> None:
    """Refuse settings that are no lists of names, but for `others`. Raises FormatError naming the key."""
    known = {*COLUMNS, *DERIVED, *DURATION_UNITS, *others}
    for key, names in definition.settings.items():
        if key not in known:
            raise FormatError(
                f"{definition.path}: settings.{key} is unknown; there are {', '.join(sorted(known))}"
            )
        if key in others:
            continue
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise FormatError(f"{definition.path}: settings.{key} must be a list of field names")


def names_of(definition: Definition) -> list[str]:
    """Return every name that the settings look for, each once, in their order."""
    columns = (*COLUMNS, *DERIVED, *DURATION_UNITS)
    listed = (names for key, names in definition.settings.items() if key in columns)
    return list(dict.fromkeys(name for names in listed for name in names))


def absent_names(definition: Definition, hints: Hints) -> tuple[str, ...]:
    """Return the columns of `fields.sql` that no line has: none of their names stands in any."""
    keys = hints.keys
    if keys is None:
        return ()

    def has(column: str) -> bool:
        return any(name in keys or name.split(".")[0] in keys for name in definition.settings.get(column, ()))

    also = {"method": "request", "path": "request", "attempt": "retries"}
    kept = ("ts", "status", "request")
    return tuple(
        column
        for column in COLUMNS
        if column not in kept and not has(column) and not (column in also and has(also[column]))
    )


def named_fields(
    settings: Mapping[str, Any],
    readers: Mapping[str, str],
    parsed: str,
    damage: str,
    enveloped: bool = False,
) -> str:
    """Return the SELECT of a line's fields; see `fields.sql` for its columns.

    `parsed` is a SELECT that gives line_no, byte_offset, moment, line and whatever the `readers` (name
    -> SQL of its text) read. `damage` is the SQL of the reason why a line is damaged, NULL where it is
    not. In an envelope (`enveloped`)
    its time, `moment`, is better than one of the line's own without a zone.
    """
    found = {
        key: [readers[name] for name in settings.get(key, ()) if name in readers]
        for key in (*COLUMNS, *DERIVED, *DURATION_UNITS)
    }
    expressions = {column: _coalesce(found[column]) for column in (*COLUMNS, *DERIVED)}
    durations = {unit: found[key] for key, unit in DURATION_UNITS.items()}
    expressions["duration_ms"] = _coalesce([field for fields in durations.values() for field in fields])
    expressions["duration_unit"] = _unit(durations)
    return Template(statement("format", "named.sql")).substitute(
        expressions,
        parsed=parsed,
        damage=damage,
        moment=_ENVELOPED if enveloped else "as_moment(ts)",
        tries=f"coalesce({_TRIES}, {_RETRIES})" if found["retries"] else _TRIES,
        lasted=f"coalesce({_LASTED}, time_between(ts, ended))" if found["ended"] else _LASTED,
    )


def _coalesce(expressions: Sequence[str]) -> str:
    if not expressions:
        return "NULL"
    return expressions[0] if len(expressions) == 1 else f"coalesce({', '.join(expressions)})"


def _unit(durations: Mapping[str, Sequence[str]]) -> str:
    """Return the SQL that names the unit of the first duration field that a line has."""
    branches = [
        f"WHEN {_coalesce(fields)} IS NOT NULL THEN {quote_text(unit)}"
        for unit, fields in durations.items()
        if fields
    ]
    return f"CASE {' '.join(branches)} END" if branches else "NULL"
