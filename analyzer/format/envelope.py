"""Envelopes: formats whose lines carry the lines of another, with a time and sometimes in parts.

    [settings]
    field = ["log"]                # a JSON object: the fields to look for the inner line in
    ts = ["time"]                  # and those of its time
    tokens = ["ts", "channel", "part"]   # or words before the inner line, each followed by one space
    pattern = '^(?P<ts>...) (?P<line>.*)$'   # or a pattern: the groups line, ts, channel, part
    joined = "newline"             # a part without a newline at its end goes on in the next: Docker
    joined = "P"                   # a part so marked goes on in the next of its channel: Kubernetes
    shape = '^\\S+ (?:stdout|stderr) [FP] '   # with tokens: what a line that has them begins with
    clock = "weak"                 # its time tells no year or no zone: it is for lines without any other

A line that is no such envelope is passed on as it is; a damaged one (an object cut short) is a reject.
Joined parts are one record at the first's place, the others being continuation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from string import Template
from typing import Any

from analyzer.errors import FormatError
from analyzer.format.definition import Definition
from analyzer.format.patterns import fault, groups
from analyzer.format.structure import Structure
from analyzer.quote import quote_list, quote_text
from analyzer.resources import statement

_KNOWN = ("field", "ts", "channel", "tokens", "shape", "pattern", "joined", "clock")
_GROUPS = ("line", "ts", "channel", "part")
_SAMPLED = 200
_ENOUGH = 0.5


def check_settings(definition: Definition) -> None:
    """Refuse settings that are missing or unknown. Raises FormatError naming file and key."""
    settings, path = definition.settings, definition.path
    for key in settings:
        if key not in _KNOWN:
            raise FormatError(f"{path}: settings.{key} is unknown; there are {', '.join(_KNOWN)}")
    shapes = [key for key in ("field", "tokens", "pattern") if key in settings]
    if len(shapes) != 1:
        raise FormatError(f"{path}: settings must hold one of field, tokens and pattern")
    for key in ("field", "ts", "channel", "tokens"):
        names = settings.get(key, [])
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise FormatError(f"{path}: settings.{key} must be a list of names")
    if settings.get("clock", "weak") != "weak":
        raise FormatError(f"{path}: settings.clock is {settings['clock']!r}; it can only be 'weak'")
    for key in ("pattern", "shape"):
        if key in settings:
            _check_pattern(definition, key, settings[key])


def _check_pattern(definition: Definition, key: str, pattern: Any) -> None:
    where = f"{definition.path}: settings.{key}"
    reason = fault(pattern) if isinstance(pattern, str) else "it must be a text"
    if reason is not None:
        raise FormatError(f"{where} is no valid pattern ({reason})")
    unknown = [name for name in groups(pattern) if name not in _GROUPS]
    if unknown or (key == "pattern" and "line" not in groups(pattern)):
        raise FormatError(f"{where} must have the group line, and may have {', '.join(_GROUPS[1:])}")


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether most of `lines` could be such envelopes."""
    tried = lines[:_SAMPLED]
    if not tried:
        return False
    return sum(_looks_wrapped(definition, line) for line in tried) >= _ENOUGH * len(tried)


def _looks_wrapped(definition: Definition, line: str) -> bool:
    settings = definition.settings
    shape = settings.get("pattern") or settings.get("shape")
    if shape:
        return re.search(shape, line) is not None
    return line.startswith("{") and any(f'"{name}"' in line for name in settings.get("field", ()))


def unwrap(definition: Definition, relation: str, tested: bool = True) -> str:
    """Return the SELECT that opens the envelopes of `relation`, one row a line.

    `relation` has line_no, byte_offset, line, moment and weak (an outer envelope's times, or NULL).
    The columns of the result are those of `envelope.sql`: the inner line where there was an envelope,
    else the line; `moment` its time, `weak` one that tells no year; `fate` the reason of a damaged
    one; `goes_on` says that the next part belongs to it. With `tested` False a malformed object ends
    the query.
    """
    settings = definition.settings
    if "field" in settings:
        opened = _objects(settings, relation, tested)
    elif "tokens" in settings:
        opened = _tokens(settings, relation)
    else:
        opened = _groups(settings, relation)
    is_weak = settings.get("clock") == "weak"
    return Template(statement("format", "envelope.sql")).substitute(
        opened=opened,
        moment="moment" if is_weak else "coalesce(as_moment(ts), moment)",
        weak="coalesce(weak, yearless_moment(ts))" if is_weak else "weak",
        goes_on=_goes_on(settings.get("joined")),
    )


def _goes_on(joined: str | None) -> str:
    """Return the SQL of whether the next part belongs to this one."""
    if joined is None:
        return "FALSE"
    if joined == "newline":
        return "inner_line IS NOT NULL AND NOT suffix(inner_line, chr(10))"
    return f"coalesce(part = {quote_text(joined)}, FALSE)"


def _objects(settings: Any, relation: str, tested: bool) -> str:
    keys = ("field", "ts", "channel")
    names = [name for key in keys for name in settings.get(key, ())]
    structure = Structure(names, [name for name in names if "." in name])
    read = {key: _first([structure.field(name) for name in settings.get(key, ())]) for key in keys}
    return (
        "SELECT line_no, byte_offset, moment, weak, line, "  # noqa: S608 - quoted by Structure
        f"{read['field']} AS inner_line, {read['ts']} AS ts, {read['channel']} AS channel, "
        "NULL::VARCHAR AS part, "
        "CASE WHEN object IS NULL AND starts_with(line, '{') THEN 'invalid_json' END AS fate "
        f"FROM ({structure.select(relation, tested, ('moment', 'weak'))})"
    )


def _tokens(settings: Any, relation: str) -> str:
    """Words before the inner line, without other than ASCII signs; `shape` tells a line that has them."""
    tokens = settings["tokens"]
    words = {name: f"split_part(line, ' ', {place})" for place, name in enumerate(tokens, 1)}
    length = " + ".join(f"strlen({word})" for word in words.values())
    shape = quote_text(settings["shape"])
    read = [f"CASE WHEN wrapped THEN {words.get(name, 'NULL')} END AS {name}" for name in _GROUPS[1:]]
    return (
        "SELECT line_no, byte_offset, moment, weak, line, "  # noqa: S608 - quoted above
        f"CASE WHEN wrapped THEN substr(line, {length} + {len(tokens) + 1}) END AS inner_line, "
        f"{', '.join(read)}, NULL::VARCHAR AS fate "
        f"FROM (SELECT *, regexp_matches(line, {shape}) AS wrapped FROM {relation})"
    )


def _groups(settings: Any, relation: str) -> str:
    pattern = settings["pattern"]
    names = groups(pattern)
    read = [
        f"nullif(found.{name}, '') AS {name}" if name in names else f"NULL::VARCHAR AS {name}"
        for name in _GROUPS[1:]
    ]
    found = f"regexp_extract(line, {quote_text(pattern)}, {quote_list(names)})"
    matched = " OR ".join(f"found.{name} <> ''" for name in names)
    return (
        f"SELECT line_no, byte_offset, moment, weak, line, CASE WHEN {matched} THEN found.line END AS inner_line, "  # noqa: S608
        f"{', '.join(read)}, NULL::VARCHAR AS fate FROM (SELECT *, {found} AS found FROM {relation})"
    )


def _first(expressions: Sequence[str]) -> str:
    return f"coalesce({', '.join(expressions)}, NULL)" if expressions else "NULL::VARCHAR"
