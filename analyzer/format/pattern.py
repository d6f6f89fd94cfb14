"""Lines of a fixed shape, one a request: patterns whose groups are named after the columns.

    [settings]
    pattern = ['^(?P<ts>\\S+) (?P<method>[A-Z]+) (?P<path>\\S+) (?P<status>\\d{3}) (?P<duration_s>[\\d.]+)$']
    log_format = ['nginx:$remote_addr [$time_local] "$request" $status']   # a server's own directive
    also = ['nginx:$remote_addr ...']   # of lines that are read too, but do not tell the format
    damaged = '^\\S+ [A-Z]+ /'     # starts of lines that should have matched and did not
    time_format = '%d.%m.%Y %H:%M:%S'   # of `ts` in `pattern`, where it is not one of the usual
    counted_elsewhere = ['on_failure: ']   # patterns of lines whose request has another line
    needs = "Error code: "         # a text that every line has which may match: any other is not tried
    unless = ['"level":"debug"']   # patterns of lines that are not tried either
    reason = '...'                 # lines that tell why a request failed: see `reasons`
    escapes = "server"             # undo \\xHH and \\" in the texts of `pattern`; "json": in objects, JSON's

Those of `log_format` (see `directive`) are tried first, then those of `pattern` and of `also`, which holds
either; the first that matches a line tells its fields. A group bears the name of a column, of a
duration by its unit or of one of the further fields of `named`; `client_2` is the client where `client`
tells none. A group that matched nothing, or `-`, tells nothing. A duration of several numbers
(`0.1, 0.2`) is their sum. `[settings.part]` holds named pieces, as for records. Colours of a terminal
are taken out first. `objects = "envoy-json"` names the package's format for lines of JSON in mixed logs.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.errors import FormatError
from analyzer.format.definition import Definition, load_format
from analyzer.format.directive import Layout, layout_of
from analyzer.format.families import families, is_directive
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.json_lines import fields_of_objects
from analyzer.format.named import COLUMNS, DERIVED, DURATION_UNITS, absent_names, named_fields
from analyzer.format.patterns import fault, fill, groups, matches_any
from analyzer.quote import quote_list, quote_text
from analyzer.resources import package_folder

_TEXTS = ("pattern", "log_format", "also", "counted_elsewhere", "unless")
_UNESCAPED_BY = {"server": "unescaped({})", "json": "unescaped_json(line, {})"}
_KNOWN = (*_TEXTS, "damaged", "time_format", "part", "escapes", "objects", "needs", "reason", "no_reason")
_COLOUR = r"\x1b\[[0-9;?]*[A-Za-z]"
_NAMES = (*COLUMNS, *DERIVED, *DURATION_UNITS)
_UNESCAPED = {"ts", "status", "client", "method", "attempt", *DURATION_UNITS}
"""Columns that hold nothing a server would escape."""

_PLAIN = f"CASE WHEN contains(line, chr(27)) THEN regexp_replace(line, '{_COLOUR}', '', 'g') ELSE line END"


def check_settings(definition: Definition) -> None:
    """Refuse settings that are missing, unknown or no pattern. Raises FormatError naming file and key."""
    settings, path = definition.settings, definition.path
    for key in settings:
        if key not in _KNOWN:
            raise FormatError(f"{path}: settings.{key} is unknown; there are {', '.join(_KNOWN)}")
    if settings.get("escapes", "server") not in _UNESCAPED_BY:
        given, known = settings["escapes"], " or ".join(map(repr, _UNESCAPED_BY))
        raise FormatError(f"{path}: settings.escapes is {given!r}; it can only be {known}")
    for key, such in (("needs", ""), ("time_format", " such as '%d.%m.%Y %H:%M:%S'"), ("reason", "")):
        if not isinstance(settings.get(key, ""), str):
            raise FormatError(f"{path}: settings.{key} must be a text{such}")
    for key in _TEXTS:
        texts = _texts(definition, key)
        if not all(isinstance(text, str) for text in texts):
            raise FormatError(f"{path}: settings.{key} must be a list of texts")
    if not _texts(definition, "pattern") and not _texts(definition, "log_format"):
        raise FormatError(f"{path}: settings must hold pattern or log_format, lists of texts")
    for key in ("pattern", "log_format", "also"):
        for number, text in enumerate(_texts(definition, key), 1):
            is_pattern = key == "pattern" or (key == "also" and not is_directive(text))
            (_check_pattern if is_pattern else _check_directive)(definition, f"{key}[{number}]", text)
    for key in ("damaged", "counted_elsewhere", "unless", "reason", "no_reason"):
        for number, text in enumerate(_texts(definition, key), 1):
            _check_pattern(definition, f"{key}[{number}]", text)
    if "objects" in settings and not _objects_file(settings["objects"]).is_file():
        raise FormatError(f"{path}: settings.objects must be the name of a JSON format of the package")


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    return any(fitting([definition], lines))


def fitting(definitions: Sequence[Definition], lines: Sequence[str]) -> list[bool]:
    """Tell the same of several formats in one look at the lines, which costs little more than for one."""
    plain = [_without_colours(line) for line in lines]
    owners: list[int] = []
    patterns: list[str] = []
    for number, definition in enumerate(definitions):
        told = len(_texts(definition, "log_format")) + len(_texts(definition, "pattern"))
        patterns += [layout.pattern for layout in _layouts(definition)[:told]]
        owners += [number] * (len(patterns) - len(owners))
    found = {owner for owner, fits in zip(owners, matches_any(patterns, plain), strict=True) if fits}
    return [number in found for number in range(len(definitions))]


def retold(definition: Definition, lines: Sequence[str]) -> int:
    """Return how many of `lines` tell again of a request that another line tells."""
    patterns = [re.compile(_filled(definition, text)) for text in _texts(definition, "counted_elsewhere")]
    plain = map(_without_colours, lines if patterns else ())
    return sum(any(pattern.search(line) for pattern in patterns) for line in plain)


def _without_colours(line: str) -> str:
    return re.sub(_COLOUR, "", line) if "\x1b" in line else line


def absent_groups(definition: Definition, hints: Hints) -> Collection[str]:
    """Return the columns that no pattern of the format tells."""
    columns = [_column(group) for layout in _layouts(definition) for group in groups(layout.pattern)]
    inner = definition.settings.get("objects")
    told = {name: [name] for name in (*columns, *(_objects(inner).settings if inner else ())) if name}
    return absent_names(replace(definition, settings=told), replace(hints, keys=frozenset(told)))


def fields_of_pattern(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns."""
    if "objects" not in definition.settings:
        return _fields_of_text(definition, "lines", hints)
    # The lines can be read once only.
    texts = _fields_of_text(definition, "(SELECT * FROM given WHERE NOT starts_with(line, '{'))", hints)
    inner = _objects(definition.settings["objects"])
    read = fields_of_objects(inner, "(SELECT * FROM given WHERE starts_with(line, '{'))", "line", hints)
    return f"WITH given AS MATERIALIZED (SELECT * FROM lines) {texts} UNION ALL BY NAME {read}"  # noqa: S608


def _fields_of_text(definition: Definition, relation: str, hints: Hints) -> str:
    layouts = _layouts(definition)
    parsed = f"(SELECT line_no, byte_offset, moment, line, {_tried(definition)} AS plain FROM {relation})"  # noqa: S608 - quoted
    doubles = [_filled(definition, text) for text in _texts(definition, "counted_elsewhere")]
    earlier = [f"regexp_matches(plain, {quote_text(double)})" for double in doubles]
    for number, layout in enumerate(layouts):
        names = groups(layout.pattern)
        text = f"CASE WHEN {' OR '.join(earlier)} THEN NULL ELSE plain END" if earlier else "plain"
        found = f"regexp_extract({text}, {quote_text(layout.pattern)}, {quote_list(names)})"
        parsed = f"(SELECT *, {found} AS found_{number} FROM {parsed})"  # noqa: S608 - quoted above
        ranked = sorted((name for name in names if name), key=lambda name: name != "status")
        earlier += [f"found_{number}.{name} <> ''" for name in ranked]
    unescaped = _UNESCAPED_BY[definition.settings.get("escapes", "server")]
    readers = {name: _reader(layouts, name, unescaped) for name in _NAMES}
    settings: dict[str, Any] = {name: [name] for name in _NAMES if readers[name] != "NULL"}
    starts = [f"regexp_matches(plain, {quote_text(start)})" for start in _starts(definition, layouts)]
    damage = "NULL"
    if starts:
        matched = f"coalesce({' OR '.join(earlier)}, FALSE)"
        damage = f"CASE WHEN NOT {matched} AND ({' OR '.join(starts)}) THEN 'unreadable_line' END"
    query = f"SELECT * FROM {parsed}"  # noqa: S608 - composed above
    return named_fields(settings, readers, query, damage, enveloped=hints.enveloped)


def _objects_file(name: Any) -> Path:
    return package_folder("formats") / f"{name}.toml"


@cache
def _objects(name: str) -> Definition:
    return load_format(_objects_file(name))


def _tried(definition: Definition) -> str:
    """Return the SQL of the text that patterns are tried on, NULL for a line that is not tried."""
    needs, unless = definition.settings.get("needs"), _texts(definition, "unless")
    conditions = [f"contains(line, {quote_text(needs)})"] if needs else []
    conditions += [f"NOT regexp_matches(line, {quote_text(_filled(definition, one))})" for one in unless]
    return f"CASE WHEN {' AND '.join(conditions)} THEN {_PLAIN} END" if conditions else _PLAIN


def _reader(layouts: Sequence[Layout], name: str, unescaped: str) -> str:
    """Return the SQL of the first group `name` that matched; `unescaped` undoes a text's escapes."""
    read = []
    found = [
        (layout, f"found_{number}.{group}")
        for number, layout in enumerate(layouts)
        for group in sorted(groups(layout.pattern))
        if _column(group) == name
    ]
    for layout, group in found:
        text = f"nullif(nullif({group}, ''), '-')"
        if name == "ts" and layout.time_format:
            text = f"try_strptime({text}, {quote_text(layout.time_format)})::VARCHAR"
        elif name in DURATION_UNITS:
            text = f"summed({text})"
        elif layout.escaped and name not in _UNESCAPED:
            text = unescaped.format(text)
        read.append(text)
    return f"coalesce({', '.join(read)})" if len(read) > 1 else (read[0] if read else "NULL")


def _column(group: str) -> str:
    """Return the column that a group tells: `client` for `client_2`."""
    return re.sub(r"_\d$", "", group)


def _starts(definition: Definition, layouts: Sequence[Layout]) -> list[str]:
    """Return the patterns of lines that should have matched."""
    damaged = definition.settings.get("damaged")
    starts = [layout.start for layout in layouts if layout.start]
    return [*starts, *([_filled(definition, damaged)] if damaged else [])]


def _layouts(definition: Definition) -> list[Layout]:
    texts = (text for key in ("log_format", "pattern", "also") for text in _texts(definition, key))
    return [layout_of(text) if is_directive(text) else _own_layout(definition, text) for text in texts]


def _own_layout(definition: Definition, pattern: str) -> Layout:
    time_format, escaped = definition.settings.get("time_format"), "escapes" in definition.settings
    return Layout(_filled(definition, pattern), None, time_format, escaped)


def _texts(definition: Definition, key: str) -> Sequence[Any]:
    value = definition.settings.get(key, ())
    return (value,) if isinstance(value, str) or not isinstance(value, list | tuple) else value


def _filled(definition: Definition, pattern: str) -> str:
    return fill(pattern, definition.settings.get("part", {}))


def _check_directive(definition: Definition, key: str, text: str) -> None:
    where = f"{definition.path}: settings.{key}"
    if not is_directive(text):
        known = ", ".join(f"{name}:" for name in families())
        raise FormatError(f"{where} begins with none of {known}")
    try:
        layout = layout_of(text)
    except FormatError as error:
        raise FormatError(f"{where}: {error}") from error
    reason = fault(layout.pattern)
    if reason is not None:
        raise FormatError(f"{where} makes no valid pattern ({reason})")


def _check_pattern(definition: Definition, key: str, pattern: Any) -> None:
    where = f"{definition.path}: settings.{key}"
    if not isinstance(pattern, str):
        raise FormatError(f"{where} must be a pattern")
    reason = fault(_filled(definition, pattern))
    if reason is not None:
        raise FormatError(f"{where} is no valid pattern ({reason})")
    unknown = [name for name in groups(_filled(definition, pattern)) if _column(name) not in _NAMES]
    if unknown:
        raise FormatError(
            f"{where}: the group '{unknown[0]}' is unknown "
            f"(write (?:...) for one without a name); there are {', '.join(_NAMES)}"
        )
