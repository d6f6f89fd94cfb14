"""Which span a report's figures stand beside: the span before, another one, or before a release.

A span of whole local days is compared with as many local days before it, whatever the clocks did in
between; any other span with the same time before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from analyzer.errors import RangeError, UsageError
from analyzer.query.ranges import parse_moment
from analyzer.report.scope import Beside, Release, Span

NOTHING = "none"
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Asked:
    """What was asked for: `compare` is a span, NOTHING, or None for the span before; or a release."""

    compare: Span | str | None = None
    release: Release | None = None


class Compared(NamedTuple):
    """The span that a report is about, and what stands beside it."""

    current: Span
    beside: Beside


@dataclass(frozen=True)
class Asking:
    """What is asked: the span and the one beside it; since and until as asked, None where open."""

    compared: Compared
    since: datetime | None
    until: datetime | None
    time_zone: str
    language: str
    slo: float | None

    @property
    def exact(self) -> dict[str, datetime | None]:
        """The range as the queries take it: an open end takes events without a time too."""
        return {"since": self.since, "until": self.until}


def read_asked(compare: str | None, release: str | None, time_zone: str, now: datetime) -> Asked:
    """Read --compare (START..END, `none`) and --release (NAME=TIME). Raises UsageError and RangeError."""
    zone = ZoneInfo(time_zone)
    if compare is not None and release is not None:
        raise UsageError("--release compares what was before it with what was after; take --compare away")
    if release is not None:
        return Asked(release=_read_release(release, zone, now))
    if compare is None or compare.strip() == NOTHING:
        return Asked(compare if compare is None else NOTHING)
    start, dots, end = compare.partition("..")
    if not dots or not start.strip() or not end.strip():
        raise UsageError(
            f"--compare {compare!r} is no span; write START..END, such as 2026-05-01..2026-05-08, or none"
        )
    span = Span(parse_moment(start, zone, now), parse_moment(end, zone, now), "other")
    if span.since >= span.until:
        raise RangeError(f"--compare {compare} ends before it starts; exchange its two times")
    return Asked(span)


def compared(
    asked: Asked,
    since: datetime | None,
    until: datetime | None,
    stored: tuple[datetime | None, datetime | None],
    time_zone: str,
    now: datetime,
) -> Compared:
    """Return the report's span and what stands beside it.

    `stored` are the first and the last stored moment: where a range is open, it begins and ends there
    (an end before `now`). Raises RangeError for a release outside the data and for spans that overlap.
    """
    zone = ZoneInfo(time_zone)
    first, last = stored
    begin = since or first
    end = until or (None if last is None else _open_end(last, since, now))
    if begin is None or end is None:
        start = since or until or now
        empty = Span(start.astimezone(zone), (until or max(now, start)).astimezone(zone), "current")
        return Compared(empty, Beside(None, notes=("nothing_before",)))
    current = Span(begin.astimezone(zone), max(end, begin).astimezone(zone), "current")
    if current.since == current.until:
        # A range that begins after all that is stored, and after now, has no time in it.
        return Compared(current, Beside(None, notes=("nothing_before",)))
    if asked.release is not None:
        return _around(asked.release, current, since is None, first, zone)
    if asked.compare == NOTHING:
        return Compared(current, Beside(None, notes=("off",)))
    if isinstance(asked.compare, Span):
        return Compared(current, _other(asked.compare, current, first, last))
    if since is None:
        return Compared(current, Beside(None, notes=("open",)))
    return Compared(current, _limited(span_before(current), first, "before"))


def span_before(span: Span) -> Span:
    """Return the span of the same length that ends where `span` starts: local days before local days."""
    if span.since.replace(tzinfo=None).time() == span.until.replace(tzinfo=None).time():
        days = span.until.date() - span.since.date()
        # By way of UTC a midnight that the clocks jump over becomes the moment of the jump.
        start = (span.since - days).astimezone(UTC).astimezone(span.since.tzinfo)
    else:
        start = (span.since.astimezone(UTC) - span.length).astimezone(span.since.tzinfo)
    return Span(start, span.since, "previous")


def _open_end(last: datetime, since: datetime | None, now: datetime) -> datetime:
    """Return the moment after the last stored event; a span that starts later ends now."""
    end = last + timedelta(microseconds=1)
    return end if since is None or end > since else max(now, since)


def _around(release: Release, whole: Span, is_open: bool, first: datetime | None, zone: ZoneInfo) -> Compared:
    at = release.at.astimezone(zone)
    if not whole.since < at < whole.until:
        raise RangeError(
            f"the release {release.name} at {at.isoformat()} does not lie between {whole.since.isoformat()} "
            f"and {whole.until.isoformat()}; choose another time, --since or --until"
        )
    after = Span(at, whole.until, "current")
    before = Span((at.astimezone(UTC) - after.length).astimezone(zone), at, "before")
    if not is_open and whole.since > before.since:
        shorter = Span(whole.since, at, "before")
        return Compared(after, Beside(shorter, "release", release, ("shorter",)))
    return Compared(after, _limited(before, first, "release", release))


def _other(span: Span, current: Span, first: datetime | None, last: datetime | None) -> Beside:
    if span.since < current.until and current.since < span.until:
        raise RangeError(
            "the two spans overlap, so what they share would be compared with itself; "
            "give --since and --until, or another --compare"
        )
    if first is None or last is None or span.until <= first or span.since > last:
        return Beside(None, "span", notes=("nothing_before",))
    return _limited(span, first, "span")


def _limited(before: Span, first: datetime | None, kind: str, release: Release | None = None) -> Beside:
    if first is None or before.until <= first:
        return Beside(None, kind, release, ("nothing_before",))
    if first > before.since:
        return Beside(before, kind, release, ("short",), first.astimezone(before.since.tzinfo))
    return Beside(before, kind, release)


def _read_release(text: str, zone: ZoneInfo, now: datetime) -> Release:
    name, equals, moment = text.partition("=")
    name = " ".join(name.split())
    if not equals or not name or not moment.strip():
        raise UsageError(f"--release {text!r} is no release; write NAME=TIME, such as v2.4=2026-05-01T14:00")
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"--release has a name of {len(name)} letters; {_LONGEST_NAME} are enough")
    return Release(name, parse_moment(moment, zone, now))
