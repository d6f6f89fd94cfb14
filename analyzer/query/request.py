"""What a person asks: a named query or their own SQL, with values, a range, a zone and a language."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analyzer.errors import MissingPathError, QueryError, UsageError
from analyzer.query.header import NamedQuery
from analyzer.query.library import find_query
from analyzer.query.ranges import TimeRange, parse_range


@dataclass(frozen=True)
class Request:
    """A call as it was written: one of `name`, `sql` and `file` (`-`: standard input), and its values.

    `since` and `until` are written as on the command line; `time_zone` is where times without a zone are.
    """

    name: str | None = None
    sql: str | None = None
    file: Path | None = None
    values: Mapping[str, object] = field(default_factory=dict)
    since: str | None = None
    until: str | None = None
    time_zone: str = "UTC"
    language: str = "en"


@dataclass(frozen=True)
class Question:
    """A query (a named one, or the text of SQL), the values it is given, the range they ask for, the zone."""

    query: NamedQuery | str
    values: Mapping[str, object]
    range: TimeRange
    time_zone: str


def question(request: Request, queries: Mapping[str, NamedQuery]) -> Question:
    """Return what is asked: the query found, the range read; a query that has a `language` is given it.

    Raises UsageError for a call that asks for none or several, for a moment given twice and for an
    unknown zone; UnknownNameError, MissingPathError, RangeError; QueryError for a file that is no text.
    """
    query = _query(request, queries)
    values = dict(request.values)
    wanted = _range(request)
    values |= {name: moment for name, moment in wanted._asdict().items() if moment is not None}
    if isinstance(query, NamedQuery) and any(known.name == "language" for known in query.parameters):
        values.setdefault("language", request.language)
    return Question(query, values, wanted, request.time_zone)


def _query(request: Request, queries: Mapping[str, NamedQuery]) -> NamedQuery | str:
    given = [kind for kind in (request.name, request.sql, request.file) if kind is not None]
    if len(given) != 1:
        raise UsageError("give one of NAME, --sql and --file; 'analyzer query' lists the names")
    if request.name is not None:
        return find_query(request.name, queries)
    if request.sql is not None:
        return request.sql
    return _read_file(request.file or Path("-"))


def _range(request: Request) -> TimeRange:
    moments: dict[str, str | None] = {"since": request.since, "until": request.until}
    for name, text in moments.items():
        value = request.values.get(name)
        if text is not None and value is not None:
            raise UsageError(f"--param {name} and --{name} say the same; give one of them")
        if value is not None and value != "NULL":
            moments[name] = str(value)
    return parse_range(moments["since"], moments["until"], request.time_zone)


def _read_file(path: Path) -> str:
    if str(path) == "-":
        return sys.stdin.read()
    if not path.is_file():
        raise MissingPathError(f"there is no file {path}; check --file")
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise QueryError(f"{path} cannot be read: {error}; save it as UTF-8 text") from error
