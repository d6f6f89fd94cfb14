"""Text logs whose records may span lines, such as the log of a Python client with its tracebacks.

A format file's `settings` holds patterns (see `patterns`): what starts a record, what a request line
and an error look like. The meaning of each key:

    part            named pieces of patterns
    header          starts of a record's first line; the group `time` is its time
    level, quiet    the level in a header, and the levels whose text is chatter
    thread          what tells the thread or process in a header; several are joined
    before          what may stand before a request, or before an error on a quiet line
    told            what else may stand before an error on a quiet line
    request         `starts`, the text a request begins with, and `pattern` (method, url, status) from there
    traceback       starts of a traceback
    inner           starts of a line inside a traceback
    chain           lines between the tracebacks of one chain
    preface         lines that announce a traceback
    handled         messages whose traceback tells what other lines tell again
    sieve           finds every line that may tell an error, quickly
    bare_error      a line without a header that tells an error
    error           errors: the groups `before` and `text`
    loud_error      the same, only where the level is no quiet one
    status          the HTTP status in an error's text
    fields          names of key=value pairs for an event's columns
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Template
from typing import Any

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.patterns import fault, fill, groups, matches_any
from analyzer.format.record_values import ERROR_GROUPS, LISTS, REQUEST_GROUPS, record_values
from analyzer.resources import statement

STAGES = ("record_lines.sql", "record_errors.sql", "record_pairs.sql", "record_rows.sql")
TOLD: tuple[str, ...] = (
    *("request_id", "operation_id", "attempt", "task_id", "span_id", "model"),
    *("client", "client_agent", "api_key", "duration_ms"),
)
"""Columns that key=value pairs of a line may fill."""
_GROUPS: dict[str, tuple[tuple[str, ...], ...]] = {
    "header": ((), ("time",)),
    "error": (ERROR_GROUPS,),
    "loud_error": (ERROR_GROUPS,),
    "thread": (("",),),
    "status": (("",),),
}
_LONGEST = 4096
_KNOWN = (*LISTS, "part", "level", "quiet", "request", "sieve", "fields")


def check_settings(definition: Definition) -> None:
    """Refuse settings that are missing, unknown or no pattern. Raises FormatError naming file and key."""
    settings, path = definition.settings, definition.path
    for key in settings:
        if key not in _KNOWN:
            raise FormatError(f"{path}: settings.{key} is unknown; there are {', '.join(_KNOWN)}")
    for key in ("header", "before", "request", "error", "level", "sieve"):
        if not settings.get(key):
            raise FormatError(f"{path}: settings.{key} is missing")
    _check_tables(definition)
    for key in LISTS:
        patterns = settings.get(key, [])
        if not isinstance(patterns, list) or not all(isinstance(pattern, str) for pattern in patterns):
            raise FormatError(f"{path}: settings.{key} must be a list of patterns")
        for number, pattern in enumerate(patterns, 1):
            _check_pattern(definition, f"{key}[{number}]", pattern, _GROUPS.get(key))
    _check_pattern(definition, "level", settings["level"], (("",),))
    _check_pattern(definition, "sieve", settings["sieve"], None)


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    settings = definition.settings
    parts = settings.get("part", {})
    starts = [re.escape(request["starts"]) for request in settings.get("request", [])]
    told = re.compile("|".join([*starts, fill(settings.get("sieve", ""), parts) or "$^"]))
    wanted = [
        *(request["pattern"] for request in settings.get("request", [])),
        *(pattern for key in ("bare_error", "error", "loud_error") for pattern in settings.get(key, [])),
    ]
    likely = [line for line in lines if not line.startswith("{") and told.search(line[:_LONGEST])]
    return any(matches_any([fill(pattern, parts) for pattern in wanted], likely))


def project_records(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT that takes the relation `lines` apart; see `project.PROJECTED` for its columns.

    It also reads `openers(opener_key VARCHAR, status SMALLINT, line_no BIGINT)`: requests of earlier
    batches that failed and whose error was not told yet. Every row carries `ts`, the last time told at
    or above its line, so that a batch's last row tells the next batch where the clock stood.
    """
    projected = Template("".join(statement("format", name) for name in STAGES)).substitute(
        record_values(definition)
    )
    # A client's log tells no zone: its envelope's clock is the better one.
    timed = (
        "SELECT p.* REPLACE (coalesce(l.moment, p.ts) AS ts, p.mistimed AND l.moment IS NULL AS mistimed) "
        "FROM ({}) AS p JOIN lines AS l USING (line_no)"
    )
    return timed.format(projected) if hints.enveloped else projected


def _check_tables(definition: Definition) -> None:
    settings, path = definition.settings, definition.path
    for key, allowed in (("part", None), ("fields", TOLD)):
        table = settings.get(key, {})
        if not isinstance(table, dict):
            raise FormatError(f"{path}: settings.{key} must be a table")
        for name in table:
            if allowed is not None and name not in allowed:
                raise FormatError(f"{path}: settings.{key}.{name} is unknown; there are {', '.join(allowed)}")
    if not isinstance(settings["request"], list):
        raise FormatError(f"{path}: settings.request must be written as [[settings.request]]")
    for number, request in enumerate(settings["request"], 1):
        where = f"request[{number}]"
        if not isinstance(request, dict) or set(request) != {"starts", "pattern"}:
            raise FormatError(f"{path}: settings.{where} must hold starts and pattern")
        _check_pattern(definition, f"{where}.pattern", request["pattern"], (REQUEST_GROUPS,))


def _check_pattern(
    definition: Definition, key: str, pattern: Any, allowed: Sequence[tuple[str, ...]] | None
) -> None:
    """Refuse what is no pattern, or whose groups are none of the `allowed` ones."""
    where = f"{definition.path}: settings.{key}"
    if not isinstance(pattern, str):
        raise FormatError(f"{where} must be a pattern")
    filled = fill(pattern, definition.settings.get("part", {}))
    reason = fault(filled)
    if reason is not None:
        raise FormatError(f"{where} is no valid pattern ({reason})")
    if allowed is not None and groups(filled) not in allowed:
        shown = ", ".join(name or "one without a name" for name in allowed[-1])
        raise FormatError(f"{where} must have these groups, in this order: {shown}")
