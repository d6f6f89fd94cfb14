"""Directives: a server's own words for the layout of its access log, turned into a pattern.

`nginx:$remote_addr [$time_local] "$request" $status`, `apache:%h %t "%r" %>s %D`: the name of a family
(a file of `analyzer/directives`), a colon, and the text of the server's `log_format`, `LogFormat` and so
on, with or without the statement's own words and quotes around it. Each variable becomes a group: named
after a column where the family's file says so, unnamed otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from analyzer.errors import FormatError
from analyzer.format.families import Family, families
from analyzer.format.strftime import is_moment, read_strftime

_QUOTED = r'[^"\\]*(?:\\.[^"\\]*)*'
_STRINGS = re.compile(r"""\s*((?:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")\s*)+""")
_STRING = re.compile(r"""'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)\"""")
_ESCAPE = re.compile(r"escape=(default|json|none)\s+")
_SIGNS = {"t": "\t", "n": "\n", "r": "\r"}
_SHOWN = 60
_OFTEN_EMPTY = ("request_id", "client", "model", "text")
_BETWEEN = re.compile(r"[ .,:T/-]{0,3}")


@dataclass(frozen=True)
class Layout:
    """Lines of a fixed shape: the pattern of a whole one, that of the start of one (None where unknown),
    how its time is read where it is not written in a usual way, and whether texts are escaped."""

    pattern: str
    start: str | None = None
    time_format: str | None = None
    escaped: bool = False


@dataclass(frozen=True)
class _Part:
    """A literal text (`key` is empty) or a variable; `read` is how a time of a form of its own is read."""

    text: str
    key: str = ""
    shape: str | None = None
    read: str = ""
    column: str = ""


@cache
def layout_of(directive: str) -> Layout:
    """Return the layout of the lines that a directive (`nginx:...`) writes.

    Raises FormatError, which names the place and the way out.
    """
    name, _, text = directive.partition(":")
    family = families()[name]
    body, escaped = _body(family, text)
    parts = _named(family, list(_merged(_parts(family, directive, body))))
    columns = {part.column for part in parts} - {""}
    if "status" not in columns and not columns & {"request", "path"}:
        raise FormatError(
            f"{_shown(directive)} tells neither a status nor a request; write the whole directive, "
            f"with variables such as {family.example}"
        )
    patterns = [_pattern(parts, place, escaped) for place in range(len(parts))]
    start = next((place for place, part in enumerate(parts) if part.column == "ts"), None)
    if start is None:
        start = next(place for place, part in enumerate(parts) if part.column)
    return Layout(
        rf"^{''.join(patterns)}\s*$",
        "^" + re.sub(r"\?P<\w+>", "?:", "".join(patterns[: start + 2])),
        next((part.read for part in parts if part.column == "ts" and part.read), None),
        escaped,
    )


def _body(family: Family, text: str) -> tuple[str, bool]:
    """Return what a directive writes, without the words and quotes of the configuration around it, and
    whether the server escapes texts."""
    rest = re.sub(rf"^\s*{family.statement}", "", text)
    is_statement = rest != text
    escape = _ESCAPE.match(rest)
    if escape:
        rest = rest[escape.end() :]
    strings = _STRINGS.match(rest)
    if strings and (is_statement or (rest[0] == "'" and strings.end() == len(rest.rstrip("; ")))):
        rest = "".join(single or double for single, double in _STRING.findall(strings[0]))
    rest = re.sub(r"\\(.)", lambda match: _SIGNS.get(match[1], match[1]), rest)
    for one, other in family.same.items():
        rest = rest.replace(one, other)
    return rest.rstrip("\r\n"), family.escaped and not (escape and escape[1] == "none")


def _parts(family: Family, directive: str, body: str) -> Iterator[_Part]:
    last = 0
    for match in family.variable.finditer(body):
        yield from _literal(family, directive, body, last, match.start())
        found = match.groupdict()
        name, argument = found.get("name") or found.get("braced") or "", found.get("argument")
        last = match.end()
        key = name if argument is None else f"{name}({argument.lower()})"
        before, after = family.around.get(key, ("", ""))
        if "Q" in (found.get("flags") or ""):
            before, after = '"', '"'
        yield _Part(before)
        yield _variable(family, key, name, argument)
        yield _Part(after)
    if not last:
        raise FormatError(
            f"{_shown(directive)} names no variable; write it as the server has it, with variables such as "
            f"{family.example}"
        )
    yield from _literal(family, directive, body, last, len(body))


def _variable(family: Family, key: str, name: str, argument: str | None) -> _Part:
    if name == family.moment and argument is not None and key not in family.shapes:
        read = read_strftime(re.sub(r"^(?:begin|end):", "", argument))
        if read is not None:
            return _Part("", key, *read)
    return _Part("", key, family.shapes.get(key))


def _literal(family: Family, directive: str, body: str, start: int, end: int) -> Iterator[_Part]:
    """Give the text between two variables; a sign that opens a variable must not stand in it alone."""
    text = body[start:end]
    sign = family.example[0]
    alone = text.replace("%%", "  ").find(sign)
    if alone >= 0:
        place = body[start + alone : start + alone + 12]
        raise FormatError(
            f"{_shown(directive)}: at sign {start + alone + 1}, '{place}' is no variable of {family.title}"
        )
    if "\n" in text:
        raise FormatError(f"{_shown(directive)} writes several lines a request; only one can be read")
    yield _Part(text.replace("%%", "%") if sign == "%" else text)


def _merged(parts: Iterator[_Part]) -> Iterator[_Part]:
    """Join literals, and times written in several pieces (`%{%F %T}t.%{msec_frac}t`) into one."""
    kept: list[_Part] = []
    for part in parts:
        if not part.key and not part.text:
            continue
        last = kept[-1] if kept else None
        if last and not last.key and not part.key:
            kept[-1] = _Part(last.text + part.text)
        elif len(kept) > 1 and part.read and kept[-2].read and last and _BETWEEN.fullmatch(last.text):
            first, between = kept[-2], last.text
            shape = f"{first.shape}{re.escape(between)}{part.shape}"
            kept[-2:] = [replace(first, shape=shape, read=first.read + between + part.read)]
        else:
            kept.append(part)
    yield from kept


def _named(family: Family, parts: list[_Part]) -> list[_Part]:
    """Give the best variable of each column its name; of durations one is enough.

    Where the best may tell nothing, the next ones are named too (`client_2`).
    """
    named = list(parts)
    timed = False
    for column, keys in family.columns.items():
        if column.startswith("duration_") and timed:
            continue
        ranked = sorted(
            (keys.index(part.key), place)
            for place, part in enumerate(parts)
            if part.key in keys and not part.read
        )
        for number, (_, place) in enumerate(ranked[: 3 if column in _OFTEN_EMPTY else 1], 1):
            named[place] = replace(named[place], column=column if number == 1 else f"{column}_{number}")
        timed = timed or (bool(ranked) and column.startswith("duration_"))
    if not any(part.column == "ts" for part in named):
        moments = [place for place, part in enumerate(parts) if part.read and is_moment(part.read)]
        for place in moments[:1]:
            named[place] = replace(named[place], column="ts")
    return named


def _pattern(parts: Sequence[_Part], place: int, escaped: bool) -> str:
    part = parts[place]
    if not part.key:
        return re.escape(part.text).replace(r"\ ", " ")
    before = parts[place - 1].text if place else ""
    after = parts[place + 1].text if place + 1 < len(parts) else None
    in_quotes = bool(after) and before.endswith('"') and str(after).startswith('"')
    quoted = _QUOTED if escaped else ".*?"
    if part.shape is not None:
        value = part.shape if part.read or not part.shape else f"{part.shape}|-|"
        # Between quotes anything may stand, and does no harm.
        value += f"|{quoted}" if in_quotes else ""
    elif in_quotes:
        value = quoted
    elif after and before.endswith("[") and after.startswith("]"):
        value = r"[^\]]*"
    else:
        value = ".*" if after is None else ".*?"
    return f"(?P<{part.column}>{value})" if part.column else f"(?:{value})"


def _shown(directive: str) -> str:
    cut = directive if len(directive) <= _SHOWN else directive[:_SHOWN] + "…"
    return f"the directive '{cut}'"
