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

from collections.abc import Sequence
from string import Template
from typing import Any

from analyzer.errors import FormatError
from analyzer.event import FORMAT_COLUMNS, Column
from analyzer.format.definition import Definition
from analyzer.format.patterns import NEVER, any_of, fault, fill, first_fields, first_group, groups, whole_match
from analyzer.quote import quote_list, quote_text
from analyzer.resources import statement

STAGES = ("record_lines.sql", "record_errors.sql", "record_pairs.sql", "record_rows.sql")
TOLD = ("request_id", "operation_id", "attempt", "task_id", "span_id", "model")
TOLD += ("client", "client_agent", "api_key", "duration_ms")
COMPLETED = ("request_id", "model")
"""What a request takes over from the error that completes it, besides the error's code and text."""
LISTS = ("header", "thread", "before", "told", "traceback", "inner", "chain", "preface", "handled", "bare_error")
LISTS += ("error", "loud_error", "status")
GROUPS = {"error": ("before", "text"), "loud_error": ("before", "text"), "thread": ("",), "status": ("",)}
_KNOWN = (*LISTS, "part", "level", "quiet", "request", "sieve", "fields")
_REQUEST_GROUPS = ("method", "url", "status")


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
            _check_pattern(definition, f"{key}[{number}]", pattern, GROUPS.get(key))
    _check_pattern(definition, "level", settings["level"], ("",))
    _check_pattern(definition, "sieve", settings["sieve"], None)


def project_records(definition: Definition) -> str:
    """Return the SELECT that takes the relation `lines` apart; see `project.PROJECTED` for its columns.

    It also reads `openers(opener_key VARCHAR, status SMALLINT, line_no BIGINT)`: requests of earlier
    batches that failed and whose error was not told yet. Every row carries `ts`, the last time told at
    or above its line, so that a batch's last row tells the next batch where the clock stood.
    """
    values = _header_values(definition) | _error_values(definition)
    columns = [column for column in FORMAT_COLUMNS if column.name != "ts"]
    values["columns"] = "\n    ".join(_column(definition, column) for column in columns)
    values["nulls"] = " ".join("NULL," for _ in columns)
    return Template("".join(statement("format", name) for name in STAGES)).substitute(values)


def _header_values(definition: Definition) -> dict[str, str]:
    patterns = {key: _filled(definition, key) for key in LISTS}
    timed = [f"^(?:{pattern})" for pattern in patterns["header"] if "time" in groups(pattern)]
    requests = _requests(definition)
    found = [
        f"WHEN contains(text, {starts})"
        f" AND instr(text, {starts}) <= 300 AND ({whole_match(f'left(text, instr(text, {starts}) - 1)', patterns['before'])})"
        f" THEN regexp_extract(substr(text, instr(text, {starts})), {pattern}, {quote_list(_REQUEST_GROUPS)})"
        for starts, pattern in requests
    ]
    bare = [f"starts_with(text, {starts}) AND regexp_matches(text, {pattern})" for starts, pattern in requests]
    return {
        "header": any_of(patterns["header"], "^"),
        "time": first_group("text", timed),
        "level": quote_text(fill(definition.settings["level"], definition.settings.get("part", {}))),
        "quiet": quote_list(definition.settings.get("quiet", [])),
        "request": f"CASE {' '.join(found)} END",
        "bare_request": " OR ".join(f"({test})" for test in bare),
        **{key: any_of(patterns[key], "^") for key in ("traceback", "inner", "chain", "preface", "bare_error")},
        "handled": any_of(patterns["handled"]),
        "key": f"concat_ws('/', {', '.join(first_group('head', [p]) for p in patterns['thread']) or 'NULL'})",
    }


def _error_values(definition: Definition) -> dict[str, str]:
    names = GROUPS["error"]
    found = first_fields("text", _filled(definition, "error"), names)
    found += first_fields("text", _filled(definition, "loud_error"), names, "level IS NOT NULL AND NOT is_quiet")
    return {
        "sieve": quote_text(fill(definition.settings["sieve"], definition.settings.get("part", {}))),
        "error": f"coalesce({', '.join(found)}, NULL)",
        "before_quiet": whole_match("sign.before", [*_filled(definition, "before"), *_filled(definition, "told")]),
        "status": first_group("(right(sign.before, 60) || sign.text)", _filled(definition, "status")),
        "any_field": _field_pattern([name for names in definition.settings.get("fields", {}).values() for name in names]),
    }


_KEPT = "(completed IS NULL OR completes_line IS NOT NULL)"
_SHOWN = {
    "method": "CASE WHEN is_attempt THEN request.method END",
    "path": "CASE WHEN is_attempt THEN as_path(request.url) END",
    "status": "CASE WHEN is_attempt THEN request.status::SMALLINT WHEN {kept} THEN failed_status END",
    "failed": "CASE WHEN (is_attempt OR failed) AND completed IS NULL THEN failed END",
    "error_code": "CASE WHEN {kept} THEN error_code END",
    "error_message": "CASE WHEN {kept} THEN error_message END",
}


def _column(definition: Definition, column: Column) -> str:
    names = definition.settings.get("fields", {}).get(column.name, ())
    if names:
        place = "field_text" if column.name in COMPLETED else "own_text"
        found = f"nullif(regexp_extract({place}, {_field_pattern(names)}, 1), '')"
        shown = f"CASE WHEN field_text IS NOT NULL THEN try_cast({found} AS {column.type}) END"
    else:
        shown = _SHOWN.get(column.name, f"NULL::{column.type}").format(kept=_KEPT)
    return f"{shown} AS {column.name},"


def _field_pattern(names: Sequence[str]) -> str:
    """Return the literal of a pattern whose group is the value of `name=value`, or of a quoted name in a body."""
    if not names:
        return quote_text(NEVER)
    name = f"(?:{'|'.join(names)})"
    return quote_text(
        rf"(?:(?:^|[\s,;(\[{{|'\"]){name}(?:=|[\"']\s*:\s*[\"'])|[{{,]{name}:)[\"']?([^\s\"',;)\]}}|]+)"
    )


def _filled(definition: Definition, key: str) -> list[str]:
    parts = definition.settings.get("part", {})
    return [fill(pattern, parts) for pattern in definition.settings.get(key, [])]


def _requests(definition: Definition) -> list[tuple[str, str]]:
    parts = definition.settings.get("part", {})
    return [
        (quote_text(request["starts"]), quote_text(f"^(?:{fill(request['pattern'], parts)})"))
        for request in definition.settings["request"]
    ]


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
        _check_pattern(definition, f"{where}.pattern", request["pattern"], _REQUEST_GROUPS)


def _check_pattern(definition: Definition, key: str, pattern: Any, wanted: Sequence[str] | None) -> None:
    where = f"{definition.path}: settings.{key}"
    if not isinstance(pattern, str):
        raise FormatError(f"{where} must be a pattern")
    filled = fill(pattern, definition.settings.get("part", {}))
    reason = fault(filled)
    if reason is not None:
        raise FormatError(f"{where} is no valid pattern ({reason})")
    if wanted is not None and groups(filled) != tuple(wanted):
        shown = ", ".join(name or "one without a name" for name in wanted)
        raise FormatError(f"{where} must have these groups, in this order: {shown}")
