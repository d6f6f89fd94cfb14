"""A named query's papers: the comment lines at the top of its file, read and checked.

    -- title: Failures by code
    -- title.zh: 按错误码统计失败
    -- answers: Which error codes fail most, and how often?
    -- param NAME TYPE = DEFAULT: meaning
    -- returns NAME TYPE: meaning

The head ends at the first line that is not a comment. `title`, `title.zh` and `answers` stand once;
`param` and `returns` once for each parameter (`$NAME` in the SQL) and each column, in order. A
parameter's TYPE is BIGINT, DOUBLE, BOOLEAN, TIMESTAMPTZ, VARCHAR, or the words it may be, such as
`en|zh`; its DEFAULT is one word, and NULL says that nothing is asked for. A column's TYPE is DuckDB's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import QueryFileError

PARAMETER_TYPES = ("BIGINT", "DOUBLE", "BOOLEAN", "TIMESTAMPTZ", "VARCHAR")

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LINE = re.compile(r"-- (?P<key>title|title\.zh|answers|(?:param|returns) [^:]*): (?P<text>.*\S)\s*")
_PARAMETER = re.compile(r"param (?P<name>\w+) (?P<type>\S+) = (?P<default>\S+)")
_COLUMN = re.compile(r"returns (?P<name>\w+) (?P<type>\S.*)")
_ONCE = ("title", "title.zh", "answers")
_SHAPE = "'-- param NAME TYPE = DEFAULT: meaning'"


@dataclass(frozen=True)
class Parameter:
    """A value that a query may be given. `choices` are the words it may be, empty for other types."""

    name: str
    type: str
    choices: tuple[str, ...]
    default: str | None
    meaning: str


@dataclass(frozen=True)
class ReturnedColumn:
    """A column of a query's answer, with its DuckDB type."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class NamedQuery:
    """A query file: its papers and its SQL. `title` maps a language (`en`, `zh`) to a text."""

    name: str
    title: Mapping[str, str]
    answers: str
    parameters: tuple[Parameter, ...]
    returns: tuple[ReturnedColumn, ...]
    sql: str
    path: Path


def read_query(path: Path) -> NamedQuery:
    """Read a query file. Raises QueryFileError, which names the file, the line or key, and the reason."""
    if not _NAME.fullmatch(path.stem):
        raise QueryFileError(f"{path}: the name {path.stem!r} is no query name; use a-z, 0-9 and _")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryFileError(f"{path} cannot be read: {error}; save it as UTF-8 text") from error
    once: dict[str, str] = {}
    parameters: list[Parameter] = []
    columns: list[ReturnedColumn] = []
    for number, line in enumerate(_head(text), start=1):
        found = _LINE.fullmatch(line)
        if found is None:
            raise QueryFileError(f"{path}, line {number}: not a line of a head; write it as {_SHAPE}")
        key, meaning = found["key"], found["text"]
        place = f"{path}, line {number}: {key}"
        if key.startswith("param "):
            parameters.append(_parameter(place, key, meaning, parameters))
        elif key.startswith("returns "):
            columns.append(_column(place, key, meaning, columns))
        elif key in once:
            raise QueryFileError(f"{place}: it stands twice; keep one")
        else:
            once[key] = meaning
    _refuse_gaps(path, once, columns)
    title = {"en": once["title"], "zh": once["title.zh"]}
    return NamedQuery(path.stem, title, once["answers"], tuple(parameters), tuple(columns), text, path)


def _head(text: str) -> list[str]:
    lines = text.splitlines()
    end = next((number for number, line in enumerate(lines) if not line.startswith("--")), len(lines))
    return lines[:end]


def _parameter(place: str, key: str, meaning: str, before: list[Parameter]) -> Parameter:
    found = _PARAMETER.fullmatch(key)
    if found is None:
        raise QueryFileError(f"{place}: not a parameter; write it as {_SHAPE}")
    name, type_name = found["name"], found["type"]
    default = None if found["default"] == "NULL" else found["default"]
    if any(name == parameter.name for parameter in before):
        raise QueryFileError(f"{place}: {name} is declared twice; keep one")
    if type_name in PARAMETER_TYPES:
        return Parameter(name, type_name, (), default, meaning)
    choices = tuple(type_name.split("|"))
    if len(choices) < 2 or not all(choices):
        types = ", ".join(PARAMETER_TYPES)
        raise QueryFileError(f"{place}: there is no type {type_name}; use {types}, or words such as en|zh")
    if default is not None and default not in choices:
        raise QueryFileError(
            f"{place}: the default {default} is none of {', '.join(choices)}; use one of them"
        )
    return Parameter(name, "VARCHAR", choices, default, meaning)


def _column(place: str, key: str, meaning: str, before: list[ReturnedColumn]) -> ReturnedColumn:
    found = _COLUMN.fullmatch(key)
    if found is None:
        raise QueryFileError(f"{place}: not a column; write it as '-- returns NAME TYPE: meaning'")
    if any(found["name"] == column.name for column in before):
        raise QueryFileError(f"{place}: {found['name']} is declared twice; keep one")
    return ReturnedColumn(found["name"], found["type"], meaning)


def _refuse_gaps(path: Path, once: Mapping[str, str], columns: list[ReturnedColumn]) -> None:
    for key in _ONCE:
        if key not in once:
            raise QueryFileError(f"{path}: {key}: it is missing; add '-- {key}: ...' at the top")
    if not columns:
        raise QueryFileError(
            f"{path}: returns: it is missing; add '-- returns NAME TYPE: meaning' for each column"
        )
