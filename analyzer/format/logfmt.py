"""Lines of logfmt: `time=... level=info msg="Request Completed" method=GET path=/ status=200 duration=1.2ms`.

    [settings]
    status = ["status"]            # as for JSON: the names to try for each column
    before = '^\\w, \\[(\\S+)'     # the first group is the time of a line that has none among its names
    style = "ltsv"                 # labels before colons, and tabs between the fields

Values are bare or stand between double quotes, with escapes as in JSON or in Go; `-`, `null`, `nil` and
`<nil>` are none. Words without a value and text before the first name (a program's) are passed over. A
line whose quoted value never ends was cut short: it is damaged.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Template
from typing import TYPE_CHECKING

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.json_lines import fields_of_objects
from analyzer.format.named import check_names, names_of
from analyzer.format.patterns import fault
from analyzer.quote import quote_list, quote_text
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb

_PAIR = re.compile(r'(?:^|\s)([^\s="{}\[\],]+)=(?="|[^\s"]|\s|$)')
_VALUE = re.compile(r'(?:^|\s)([^\s="{}\[\],]+)=("(?:[^"\\]|\\.)*"|[^\s"]*)')
_LABEL = re.compile(r"(?:^|\t)([\w.-]+):")
_STYLE = "style"
_SAMPLED = 1000
_ALONE = ("status", "error_code", "request")
_TOGETHER = ("method", "path")


def check_settings(definition: Definition) -> None:
    """Refuse settings that are no lists of names, or no pattern. Raises FormatError naming file and key."""
    check_names(definition, ("before", _STYLE))
    if definition.settings.get(_STYLE, "ltsv") != "ltsv":
        raise FormatError(f"{definition.path}: settings.style can only be 'ltsv'")
    before = definition.settings.get("before")
    if before is not None:
        reason = fault(before) if isinstance(before, str) else "it must be a text"
        if reason is not None:
            raise FormatError(f"{definition.path}: settings.before is no valid pattern ({reason})")


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    settings = definition.settings
    alone = {name for key in _ALONE for name in settings.get(key, ())}
    together = [frozenset(settings.get(key, ())) for key in _TOGETHER]
    pair, sign = (_LABEL, ":") if _STYLE in settings else (_PAIR, "=")
    for line in lines[:_SAMPLED]:
        if sign in line and line[:1] not in "{[<":
            names = set(pair.findall(line))
            if len(names) > 1 and (names & alone or all(names & wanted for wanted in together)):
                return True
    return False


def pairs_of(line: str) -> dict[str, str]:
    """Return the pairs of a line, for a first look; escapes are left as they are."""
    return {name: value.strip('"') for name, value in _VALUE.findall(line)}


def keys_of_logfmt(connection: duckdb.DuckDBPyConnection, definition: Definition) -> frozenset[str]:
    """Return which of the names looked for stand in any of the relation `lines`."""
    if _STYLE in definition.settings:
        return frozenset(part for name in names_of(definition) for part in (name, name.split(".")[0]))
    names = quote_list(sorted({part for name in names_of(definition) for part in (name, name.split(".")[0])}))
    query = Template(statement("format", "logfmt_keys.sql")).substitute(names=names)
    return frozenset(name for (name,) in connection.execute(query).fetchall())


def fields_of_logfmt(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns."""
    before = definition.settings.get("before")
    written = f"as_moment(nullif(regexp_extract(line, {quote_text(before)}, 1), ''))" if before else "NULL"
    name = "ltsv_objects.sql" if _STYLE in definition.settings else "logfmt_objects.sql"
    objects = f"({statement('format', name)})"
    fields = fields_of_objects(definition, objects, "pairs", hints)
    return Template(statement("format", "logfmt.sql")).substitute(fields=fields, written=written)
