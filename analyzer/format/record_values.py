"""The SQL expressions that a client log's settings become: what `sql/record_*.sql` leaves to be filled in."""

from __future__ import annotations

from collections.abc import Sequence

from analyzer.event import FORMAT_COLUMNS, Column
from analyzer.format.definition import Definition
from analyzer.format.patterns import NEVER, any_of, fill, first_fields, first_group, groups, whole_match
from analyzer.quote import quote_list, quote_text

COMPLETED = ("request_id", "model")
"""What a request takes over from the error that completes it, besides the error's code and text."""
LISTS: tuple[str, ...] = (
    *("header", "thread", "before", "told", "traceback", "inner", "chain", "preface", "handled"),
    *("bare_error", "error", "loud_error", "status"),
)
"""Settings that are lists of patterns."""
ERROR_GROUPS = ("before", "text")
REQUEST_GROUPS = ("method", "url", "status")


def record_values(definition: Definition) -> dict[str, str]:
    """Return the SQL of each name that the statements leave open, for settings that have been checked."""
    columns = [column for column in FORMAT_COLUMNS if column.name != "ts"]
    shown = "\n    ".join(_column(definition, column) for column in columns)
    return _header_values(definition) | _error_values(definition) | {"columns": shown}


def _header_values(definition: Definition) -> dict[str, str]:
    patterns = {key: _filled(definition, key) for key in LISTS}
    thread = ", ".join(first_group("head", [pattern]) for pattern in patterns["thread"]) or "NULL"
    timed = [f"^(?:{pattern})" for pattern in patterns["header"] if "time" in groups(pattern)]
    requests = _requests(definition)
    found = [_request(starts, pattern, patterns["before"]) for starts, pattern in requests]
    bare = [
        f"starts_with(text, {starts}) AND regexp_matches(text, {pattern})" for starts, pattern in requests
    ]
    return {
        "header": any_of(patterns["header"], "^"),
        "time": first_group("text", timed),
        "level": quote_text(fill(definition.settings["level"], definition.settings.get("part", {}))),
        "quiet": quote_list(definition.settings.get("quiet", [])),
        "request": f"CASE {' '.join(found)} END",
        "bare_request": " OR ".join(f"({test})" for test in bare),
        **{
            key: any_of(patterns[key], "^")
            for key in ("traceback", "inner", "chain", "preface", "bare_error")
        },
        "handled": any_of(patterns["handled"]),
        # Hashed, because it is kept with the source: it is only ever compared, and never masked.
        "key": f"md5(concat_ws('/', {thread}))",
    }


def _request(starts: str, pattern: str, before: Sequence[str]) -> str:
    place = f"instr(text, {starts})"
    return (
        f"WHEN contains(text, {starts}) AND {place} <= 300"
        f" AND ({whole_match(f'left(text, {place} - 1)', before)})"
        f" THEN regexp_extract(substr(text, {place}), {pattern}, {quote_list(REQUEST_GROUPS)})"
    )


def _error_values(definition: Definition) -> dict[str, str]:
    names, fields = ERROR_GROUPS, definition.settings.get("fields", {})
    found = first_fields("text", _filled(definition, "error"), names)
    found += first_fields(
        "text", _filled(definition, "loud_error"), names, "level IS NOT NULL AND NOT is_quiet"
    )
    return {
        "sieve": quote_text(fill(definition.settings["sieve"], definition.settings.get("part", {}))),
        "error": f"coalesce({', '.join(found)}, NULL)",
        "before_quiet": whole_match(
            "sign.before", [*_filled(definition, "before"), *_filled(definition, "told")]
        ),
        "status": first_group("(right(sign.before, 60) || sign.text)", _filled(definition, "status")),
        "any_field": _field_pattern([name for names in fields.values() for name in names]),
    }


_SHOWN = {
    "method": "CASE WHEN is_attempt THEN request.method END",
    "path": "CASE WHEN is_attempt THEN as_path(request.url) END",
    "status": "CASE WHEN is_attempt THEN request.status::SMALLINT WHEN tells THEN failed_status END",
    "failed": "CASE WHEN is_event THEN failed END",
    "error_code": "CASE WHEN tells THEN error_code END",
    "error_message": "CASE WHEN tells THEN error_message END",
}


def _column(definition: Definition, column: Column) -> str:
    names = definition.settings.get("fields", {}).get(column.name, ())
    if names:
        place = (
            "field_text" if column.name in COMPLETED else "CASE WHEN is_attempt THEN text ELSE field_text END"
        )
        found = f"nullif(regexp_extract({place}, {_field_pattern(names)}, 1), '')"
        shown = f"CASE WHEN field_text IS NOT NULL THEN try_cast({found} AS {column.type}) END"
    else:
        shown = _SHOWN.get(column.name, f"NULL::{column.type}")
    return f"{shown} AS {column.name},"


def _field_pattern(names: Sequence[str]) -> str:
    """Return a pattern, as a literal, whose group is the value in `name=value` or `"name": "value"`."""
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
