"""Envelopes: formats whose lines carry the lines of another, with a time and sometimes in parts.

    [settings]
    field = ["log"]                # a JSON object: the fields to look for the inner line in
    ts = ["time"]                  # and those of its time
    part = ["logtag"]              # and of a mark that the line goes on
    channel = ["stream"]           # and those that tell apart whose parts belong together
    bytes = true                   # the inner line may be a list of bytes
    object = true                  # or an object, which is then one line of JSON
    head = '^(?P<ts>\\S+) (?P<channel>stdout|stderr) (?P<part>[FP]) '   # or: what stands before the line;
    weak = '^[A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d '   # or, where its time lacks the year: then it
                                   # is for lines without any other
    bare = '^([A-Z][a-z]{2} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d )\\{'   # or such a head (the first group) that
                                   # only what follows it tells
    joined = "newline"             # a part without a newline at its end goes on in the next of its channel
    joined = ["P"]                 # or one that is so marked does
    needs = ["stream"]             # JSON: fields that an envelope has
    only = ["log", "stream", "time"]     # JSON: the only fields that it may have
    beyond = ["log", "stream", "time"]   # JSON: it has a further field besides these

A line that is no such envelope is passed on as it is; a damaged one (an object cut short) is a reject.
Joined parts are one record at the first's place, the others being continuation.
"""

from __future__ import annotations

import json
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

_NAMES = ("field", "ts", "part", "channel", "needs", "only", "beyond")
_HEADS = ("head", "weak", "bare")
_SWITCHES = ("bytes", "object")
_KNOWN = (*_NAMES, *_SWITCHES, *_HEADS, "joined")
_GROUPS = ("ts", "channel", "part")
_WHOLE = "head"
_SAMPLED = 200
_ENOUGH = 0.3


def check_settings(definition: Definition) -> None:
    """Refuse settings that are missing or unknown. Raises FormatError naming file and key."""
    settings, path = definition.settings, definition.path
    for key in settings:
        if key not in _KNOWN:
            raise FormatError(f"{path}: settings.{key} is unknown; there are {', '.join(_KNOWN)}")
    if ("field" in settings) == ("head" in settings):
        raise FormatError(f"{path}: settings must hold either field or head")
    for key in _NAMES:
        if not _is_list(settings.get(key, [])):
            raise FormatError(f"{path}: settings.{key} must be a list of names")
    if settings.get("joined", "newline") != "newline" and not _is_list(settings["joined"]):
        raise FormatError(f"{path}: settings.joined must be 'newline' or a list of marks")
    for key in _SWITCHES:
        if not isinstance(settings.get(key, True), bool):
            raise FormatError(f"{path}: settings.{key} must be true or false")
    for key in _HEADS:
        if key in settings:
            _check_head(definition, key, settings[key])


def _is_list(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) and name for name in value)


def _check_head(definition: Definition, key: str, pattern: Any) -> None:
    where = f"{definition.path}: settings.{key}"
    reason = fault(pattern) if isinstance(pattern, str) else "it must be a text"
    if reason is not None:
        raise FormatError(f"{where} is no valid pattern ({reason})")
    if not pattern.startswith("^"):
        raise FormatError(f"{where} must begin with ^, where the line does")
    if key == "bare":
        if groups(pattern) != ("",):
            raise FormatError(f"{where} must have one group, without a name: the head")
    elif any(name not in _GROUPS for name in groups(pattern)):
        raise FormatError(
            f"{where} may have the groups {', '.join(_GROUPS)}; write (?:...) for one without a name"
        )


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether enough of `lines` could be such envelopes."""
    tried = [line for line in lines if line.strip()][:_SAMPLED]
    if "head" in definition.settings:
        heads = [re.compile(definition.settings[key]) for key in _HEADS if key in definition.settings]
        found = sum(any(head.search(line) for head in heads) for line in tried)
    else:
        found = sum(_carries(definition.settings, line) for line in tried)
    return bool(found) and found >= _ENOUGH * len(tried)


def _carries(settings: Any, line: str) -> bool:
    """Tell whether a line is an object with the fields of such an envelope, and a text for a line."""
    try:
        whole = json.loads(line.lstrip("\ufeff")) if line[:2].lstrip("\ufeff \t").startswith("{") else None
    except (ValueError, RecursionError):
        return False
    if not isinstance(whole, dict):
        return False
    if any(_value(whole, name) is None for name in settings.get("needs", ())):
        return False
    if "only" in settings and not whole.keys() <= set(settings["only"]):
        return False
    if "beyond" in settings and whole.keys() <= set(settings["beyond"]):
        return False
    values = (_value(whole, name) for name in settings["field"])
    carried = next((value for value in values if value is not None), None)
    if isinstance(carried, list):
        return settings.get("bytes") is True
    if isinstance(carried, dict):
        return settings.get("object") is True
    return isinstance(carried, str) and bool(carried.strip())


def _value(whole: dict[str, Any], name: str) -> Any:
    """Return a field; a dot reaches into an object, or stands in the name."""
    if name in whole:
        return whole[name]
    first, _, rest = name.partition(".")
    inner = whole.get(first)
    return _value(inner, rest) if rest and isinstance(inner, dict) else None


def unwrap(definition: Definition, relation: str, tested: bool = True) -> str:
    """Return the SELECT that opens the envelopes of `relation`, one row a line.

    `relation` has line_no, byte_offset, line, moment and weak (an outer envelope's times, or NULL).
    The columns of the result are those of `envelope.sql`: the inner line where there was an envelope,
    else the line; `moment` its time, `weak` the text of one that tells no year; `fate` the reason of a
    damaged one; `goes_on` says that the next part belongs to it. With `tested` False a malformed object
    ends the query.
    """
    settings = definition.settings
    opened = _objects(settings, relation, tested) if "field" in settings else _heads(settings, relation)
    joined = settings.get("joined")
    return Template(statement("format", "envelope.sql")).substitute(
        opened=opened,
        inner="without_line_end(inner_line)" if "field" in settings else "inner_line",
        channel="channel" if joined else "NULL",
        goes_on=_goes_on(joined),
    )


def tells_no_year(definition: Definition) -> bool:
    """Return whether an envelope's time may lack the year."""
    return "weak" in definition.settings


def _goes_on(joined: Any) -> str:
    """Return the SQL of whether the next part belongs to this one."""
    if joined is None:
        return "FALSE"
    if joined == "newline":
        return "inner_line IS NOT NULL AND NOT suffix(inner_line, chr(10))"
    return f"coalesce(part IN ({', '.join(map(quote_text, joined))}), FALSE)"


def _objects(settings: Any, relation: str, tested: bool) -> str:
    keys = ("field", *_GROUPS) if "joined" in settings else ("field", "ts")
    names = [name for key in keys for name in settings.get(key, ())]
    structure = Structure(names, [name for name in names if "." in name], tested=tested)
    read = {key: [structure.field(name) for name in settings.get(key, ())] for key in keys}
    inner = _first(read["field"])
    channel = f"concat_ws(' ', {', '.join(read['channel'])})" if read.get("channel") else "NULL::VARCHAR"
    return (
        "SELECT line_no, byte_offset, moment, weak, line, "  # noqa: S608 - quoted by Structure
        f"{f'text_of_bytes({inner})' if settings.get('bytes') else inner} AS inner_line, "
        f"{_first(read['ts'])} AS ts, {channel} AS channel, {_first(read.get('part', []))} AS part, "
        "CASE WHEN object IS NULL AND starts_with(line, '{') THEN 'invalid_json' END AS fate "
        f"FROM ({structure.select(relation, ('moment', 'weak'))})"
    )


def _heads(settings: Any, relation: str) -> str:
    """Cut off the head: the pattern is matched no further than to its end, which costs little.

    One without a year is not taken apart before its time is wanted: groups cost more than all else.
    """
    names = groups(settings["head"])
    pattern = f"^(?P<{_WHOLE}>{settings['head'].removeprefix('^')})"
    found = f"regexp_extract(line, {quote_text(pattern)}, {quote_list((_WHOLE, *names))})"
    head, weak = f"nullif(found.{_WHOLE}, '')", "weak"
    if "weak" in settings:
        yearless = f"regexp_extract(line, {quote_text(settings['weak'])})"
        if "bare" in settings:
            bare = f"regexp_extract(line, {quote_text(settings['bare'])}, 1)"
            yearless = f"coalesce(nullif({yearless}, ''), {bare})"
        relation = f"(SELECT *, {yearless} AS yearless FROM {relation})"  # noqa: S608 - quoted above
        found = f"CASE WHEN yearless = '' THEN {found} END"
        head, weak = f"coalesce(nullif(yearless, ''), {head})", "coalesce(weak, nullif(yearless, '')) AS weak"
    read = [
        f"nullif(found.{name}, '') AS {name}" if name in names else f"NULL::VARCHAR AS {name}"
        for name in _GROUPS
    ]
    return (
        f"SELECT line_no, byte_offset, moment, {weak}, line, "  # noqa: S608 - quoted above
        f"substr(line, length({head}) + 1) AS inner_line, "
        f"{', '.join(read)}, NULL::VARCHAR AS fate FROM (SELECT *, {found} AS found FROM {relation})"
    )


def _first(expressions: Sequence[str]) -> str:
    if len(expressions) == 1:
        return expressions[0]
    return f"coalesce({', '.join(expressions)})" if expressions else "NULL::VARCHAR"
