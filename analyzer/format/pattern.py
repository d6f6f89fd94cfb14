"""Lines of a fixed shape, one a request: patterns whose groups are named after the columns.

    [settings]
    pattern = ['^(?P<ts>\\S+) (?P<method>[A-Z]+) (?P<path>\\S+) (?P<status>\\d{3}) (?P<duration_s>[\\d.]+)$']
    damaged = '^\\S+ [A-Z]+ /'     # starts of lines that should have matched and did not

The patterns are tried in their order; the first that matches a line tells its fields. A group bears the
name of a column, of a duration by its unit or of one of the further fields of `named`; a group that
matched nothing, or `-`, tells nothing. `[settings.part]` holds named pieces, as for records. With
`escapes = "server"` the `\\xHH` and `\\"` of nginx and Apache are undone in every field. Colours of a
terminal are taken out of every line before it is matched.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.named import COLUMNS, DURATION_UNITS, named_fields
from analyzer.format.patterns import fault, fill, groups
from analyzer.quote import quote_list, quote_text

_KNOWN = ("pattern", "damaged", "part", "escapes")
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def check_settings(definition: Definition) -> None:
    """Refuse settings that are missing, unknown or no pattern. Raises FormatError naming file and key."""
    settings, path = definition.settings, definition.path
    for key in settings:
        if key not in _KNOWN:
            raise FormatError(f"{path}: settings.{key} is unknown; there are {', '.join(_KNOWN)}")
    if settings.get("escapes", "server") != "server":
        raise FormatError(f"{path}: settings.escapes is {settings['escapes']!r}; it can only be 'server'")
    patterns = settings.get("pattern")
    if not isinstance(patterns, list) or not patterns:
        raise FormatError(f"{path}: settings.pattern must be a list of patterns")
    for number, pattern in enumerate(patterns, 1):
        _check_pattern(definition, f"pattern[{number}]", pattern)
        unknown = [name for name in groups(_filled(definition, pattern)) if name not in _NAMES]
        if unknown:
            raise FormatError(
                f"{path}: settings.pattern[{number}]: the group '{unknown[0]}' is unknown "
                f"(write (?:...) for one without a name); there are {', '.join(_NAMES)}"
            )
    if "damaged" in settings:
        _check_pattern(definition, "damaged", settings["damaged"])


_NAMES = (*COLUMNS, *DURATION_UNITS)


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    patterns = [re.compile(pattern) for pattern in _patterns(definition)]
    return any(pattern.search(_COLOUR.sub("", line)) for line in lines[:200] for pattern in patterns)


def fields_of_pattern(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns."""
    patterns = _patterns(definition)
    found = [
        f"regexp_extract(plain, {quote_text(pattern)}, {quote_list(groups(pattern))}) AS found_{number}"
        for number, pattern in enumerate(patterns)
    ]
    plain = (
        r"CASE WHEN contains(line, chr(27)) THEN regexp_replace(line, '\x1b\[[0-9;?]*[A-Za-z]', '', 'g')"
        " ELSE line END"
    )
    parsed = (
        f"SELECT line_no, byte_offset, moment, line, plain, {', '.join(found)} "  # noqa: S608 - quoted above
        f"FROM (SELECT *, {plain} AS plain FROM lines)"
    )
    readers = {name: _reader(definition, name, patterns) for name in _NAMES}
    settings: dict[str, Any] = {name: [name] for name in _NAMES if any(name in groups(p) for p in patterns)}
    damaged = definition.settings.get("damaged")
    damage = "NULL"
    if damaged:
        looks = quote_text(_filled(definition, damaged))
        damage = (
            f"CASE WHEN coalesce({readers['status']}, {readers['ts']}) IS NULL "
            f"AND regexp_matches(plain, {looks}) THEN 'unreadable_line' END"
        )
    return named_fields(settings, readers, parsed, damage, enveloped=hints.enveloped)


def _reader(definition: Definition, name: str, patterns: Sequence[str]) -> str:
    """Return the SQL of the first group `name` that matched something."""
    read = [
        f"nullif(nullif(found_{number}.{name}, ''), '-')"
        for number, pattern in enumerate(patterns)
        if name in groups(pattern)
    ]
    if not read:
        return "NULL"
    first = read[0] if len(read) == 1 else f"coalesce({', '.join(read)})"
    return f"unescaped({first})" if definition.settings.get("escapes") else first


def _patterns(definition: Definition) -> list[str]:
    return [_filled(definition, pattern) for pattern in definition.settings["pattern"]]


def _filled(definition: Definition, pattern: str) -> str:
    return fill(pattern, definition.settings.get("part", {}))


def _check_pattern(definition: Definition, key: str, pattern: Any) -> None:
    where = f"{definition.path}: settings.{key}"
    if not isinstance(pattern, str):
        raise FormatError(f"{where} must be a pattern")
    reason = fault(_filled(definition, pattern))
    if reason is not None:
        raise FormatError(f"{where} is no valid pattern ({reason})")
