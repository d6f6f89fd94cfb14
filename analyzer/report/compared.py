"""Which span a report's figures stand beside: the span before, another one, or before a release.

A span of whole local days is compared with as many local days before it, whatever the clocks did in
between; any other span with the same time before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from analyzer.errors import RangeError, UsageError
from analyzer.query.ranges import parse_moment

NOTHING = "none"
_LONGEST_NAME = 80


@dataclass(frozen=True)
class Span:
    """The moments from `since` on, up to and without `until`; both carry a zone."""

    since: datetime
    until: datetime

    @property
    def length(self) -> timedelta:
        """The time that passes in the span, clock changes or not."""
        return self.until.astimezone(UTC) - self.since.astimezone(UTC)

    @property
    def exact(self) -> dict[str, datetime]:
        """The span as the queries take it."""
        return {"since": self.since, "until": self.until}


@dataclass(frozen=True)
class Release:
    """A moment after which something was different: a new version, a changed key."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Asked:
    """What was asked for: `compare` is a span, NOTHING, or None for the span before; or a release."""

    compare: Span | str | None = None
    release: Release | None = None


@dataclass(frozen=True)
class Compared:
    """What a report is about, and beside what: `before` is None where there is nothing to compare with.

    `notes` are keys of the section [compare]: `short` (only a part of the span before is stored),
    `shorter` (--since leaves less before the release than lies after it), `open` (no range was asked for),
    `nothing_before` (nothing is stored of the span before), `off`.
    """

    current: Span
    before: Span | None
    kind: str
    """before, span or release."""
    release: Release | None = None
    notes: tuple[str, ...] = ()
    stored_from: datetime | None = None
    """Where the stored data begins inside of `before`; None where it reaches back to its start."""


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
    span = Span(parse_moment(start, zone, now), parse_moment(end, zone, now))
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
) -> Compared | None:
    """Return the report's span and the one beside it; None where nothing is stored and no range asked.

    `stored` are the first and the last stored moment: where a range is open, it begins and ends there
    (an end before `now`). Raises RangeError for a release outside the data and for spans that overlap.
    """
    zone = ZoneInfo(time_zone)
    first, last = stored
    begin = since or first
    end = until or (None if last is None else _open_end(last, since, now))
    if begin is None or end is None:
        return None
    current = Span(begin.astimezone(zone), max(end, begin).astimezone(zone))
    if asked.release is not None:
        return _around(asked.release, current, since is None, first, zone)
    if asked.compare == NOTHING:
        return Compared(current, None, "before", notes=("off",))
    if isinstance(asked.compare, Span):
        return _beside(asked.compare, current, first, last)
    if since is None:
        return Compared(current, None, "before", notes=("open",))
    return _limited(current, span_before(current), first, "before")


def span_before(span: Span) -> Span:
    """Return the span of the same length that ends where `span` starts: local days before local days."""
    if span.since.timetz().replace(tzinfo=None) == span.until.timetz().replace(tzinfo=None):
        days = span.until.date() - span.since.date()
        # By way of UTC a midnight that the clocks jump over becomes the moment of the jump.
        start = (span.since - days).astimezone(UTC).astimezone(span.since.tzinfo)
    else:
        start = (span.since.astimezone(UTC) - span.length).astimezone(span.since.tzinfo)
    return Span(start, span.since)


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
    after = Span(at, whole.until)
    before = Span((at.astimezone(UTC) - after.length).astimezone(zone), at)
    if not is_open and whole.since > before.since:
        return Compared(after, Span(whole.since, at), "release", release, ("shorter",))
    return _limited(after, before, first, "release", release)


def _beside(span: Span, current: Span, first: datetime | None, last: datetime | None) -> Compared:
    if span.since < current.until and current.since < span.until:
        raise RangeError(
            "the two spans overlap, so what they share would be compared with itself; "
            "give --since and --until, or another --compare"
        )
    if first is None or last is None or span.until <= first or span.since > last:
        return Compared(current, None, "span", notes=("nothing_before",))
    return _limited(current, span, first, "span")


def _limited(
    current: Span, before: Span, first: datetime | None, kind: str, release: Release | None = None
) -> Compared:
    if first is None or before.until <= first:
        return Compared(current, None, kind, release, ("nothing_before",))
    if first > before.since:
        stored_from = first.astimezone(before.since.tzinfo)
        return Compared(current, before, kind, release, ("short",), stored_from)
    return Compared(current, before, kind, release)


def _read_release(text: str, zone: ZoneInfo, now: datetime) -> Release:
    name, equals, moment = text.partition("=")
    name = " ".join(name.split())
    if not equals or not name or not moment.strip():
        raise UsageError(f"--release {text!r} is no release; write NAME=TIME, such as v2.4=2026-05-01T14:00")
    if len(name) > _LONGEST_NAME:
        raise UsageError(f"--release has a name of {len(name)} letters; {_LONGEST_NAME} are enough")
    return Release(name, parse_moment(moment, zone, now))
