"""What a person asks a report for, and what that means for a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from analyzer.arrow import dicts
from analyzer.query.ahead import Ahead, ahead_of
from analyzer.query.library import find_query, load_queries
from analyzer.query.ranges import parse_range
from analyzer.report.compared import Asking, compared, read_asked

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Request:
    """A report as it is asked for; moments, `compare` and `release` are written as on the command line."""

    since: str | None = None
    until: str | None = None
    time_zone: str = "UTC"
    language: str = "en"
    slo: float | None = None
    """The target for the share of requests that succeed, in percent."""
    compare: str | None = None
    """START..END, `none`, or None for the same span before."""
    release: str | None = None
    """NAME=TIME: what was before it is compared with what was after."""


def check(request: Request, now: datetime) -> None:
    """Raise UsageError or RangeError for a request that no store could answer."""
    parse_range(request.since, request.until, request.time_zone, now)
    read_asked(request.compare, request.release, request.time_zone, now)


def asking(opened: duckdb.DuckDBPyConnection | Ahead, request: Request, now: datetime) -> Asking:
    """Return the spans that a request means in this store; `now` is aware.

    Raises UsageError, and RangeError for a release outside the data and for spans that overlap.
    """
    wanted = parse_range(request.since, request.until, request.time_zone, now)
    asked = read_asked(request.compare, request.release, request.time_zone, now)
    with ahead_of(opened) as ahead:
        stored = dicts(ahead.ask(find_query("stored_span", load_queries()), {}).result())[0]
    found = compared(
        asked, wanted.since, wanted.until, (stored["first_ts"], stored["last_ts"]), request.time_zone, now
    )
    since = wanted.since if found.beside.release is None else found.current.since
    return Asking(found, since, wanted.until, request.time_zone, request.language, request.slo)
