"""What a person asks a report for, and what that means for a store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from analyzer.query.ranges import parse_range
from analyzer.report.compared import Compared, Span, compared, read_asked
from analyzer.report.document import Asking
from analyzer.report.measured import rows

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


def asking(connection: duckdb.DuckDBPyConnection, request: Request, now: datetime) -> Asking:
    """Return the spans that a request means in this store; `now` is aware.

    Raises UsageError, and RangeError for a release outside the data and for spans that overlap.
    """
    wanted = parse_range(request.since, request.until, request.time_zone, now)
    asked = read_asked(request.compare, request.release, request.time_zone, now)
    stored = rows(connection, "stored_span")[0]
    beside = compared(
        asked, wanted.since, wanted.until, (stored["first_ts"], stored["last_ts"]), request.time_zone, now
    )
    since, until = wanted
    if beside is None:
        beside = _empty(since, until, request.time_zone, now)
    elif beside.release is not None:
        since = beside.current.since
    return Asking(beside, since, until, request.time_zone, request.language, request.slo)


def _empty(since: datetime | None, until: datetime | None, time_zone: str, now: datetime) -> Compared:
    """Return the span of a report on a store that knows no time: what was asked, or this moment."""
    zone = ZoneInfo(time_zone)
    start = since or until or now
    return Compared(
        Span(start.astimezone(zone), (until or max(now, start)).astimezone(zone)),
        None,
        "before",
        notes=("nothing_before",),
    )
