"""What a summary is about: a day, a week or a month in a time zone, a half-open interval of moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analyzer.errors import RangeError

NIGHTLY, WEEKLY, MONTHLY = "nightly", "weekly", "monthly"
KINDS = (NIGHTLY, WEEKLY, MONTHLY)


@dataclass(frozen=True)
class Period:
    """A calendar day, a week from Monday on, or a calendar month; clock changes make it longer or shorter."""

    kind: str
    """One of KINDS."""
    first: date
    """Its first day."""
    zone: ZoneInfo

    @property
    def end(self) -> date:
        """The first day that is no longer part of it."""
        if self.kind == NIGHTLY:
            return self.first + timedelta(days=1)
        if self.kind == WEEKLY:
            return self.first + timedelta(days=7)
        return (self.first + timedelta(days=31)).replace(day=1)

    @property
    def since(self) -> datetime:
        """Its first moment, in its zone."""
        return _first_moment(self.first, self.zone)

    @property
    def until(self) -> datetime:
        """The first moment that is no longer part of it."""
        return _first_moment(self.end, self.zone)

    @property
    def name(self) -> str:
        """2026-11-22, 2026-W47 or 2026-11: its name in files and records."""
        if self.kind == NIGHTLY:
            return self.first.isoformat()
        if self.kind == WEEKLY:
            year, week, _ = self.first.isocalendar()
            return f"{year:04}-W{week:02}"
        return f"{self.first:%Y-%m}"

    def before(self) -> Period:
        """Return the one before: yesterday, last week, last month."""
        return period_of(self.kind, self.first - timedelta(days=1), self.zone)

    def after(self) -> Period:
        """Return the next one."""
        return period_of(self.kind, self.end, self.zone)

    def alike(self, count: int) -> list[Period]:
        """Return `count` earlier ones that it is usually like, the latest first.

        Of a day these are the same weekday of past weeks, of a week or month those before it.
        """
        if self.kind == NIGHTLY:
            days = (self.first - timedelta(days=7 * number) for number in range(1, count + 1))
            return [Period(NIGHTLY, day, self.zone) for day in days]
        found: list[Period] = []
        for _ in range(count):
            found.append((found[-1] if found else self).before())
        return found

    def is_over(self, now: datetime) -> bool:
        """Say whether it has ended at the moment `now`, which carries a zone."""
        return now.astimezone(UTC) >= self.until.astimezone(UTC)


def period_of(kind: str, day: date, zone: ZoneInfo) -> Period:
    """Return the period of a kind that holds `day`."""
    if kind == WEEKLY:
        day -= timedelta(days=day.weekday())
    elif kind == MONTHLY:
        day = day.replace(day=1)
    return Period(kind, day, zone)


def last_over(kind: str, zone: ZoneInfo, now: datetime) -> Period:
    """Return the latest period of a kind that is over at `now`."""
    return period_of(kind, now.astimezone(zone).date(), zone).before()


def chosen_period(kind: str, text: str | None, time_zone: str, now: datetime) -> Period:
    """Return the period of the name or with the day `text` (2026-11-22), or the last one over where None.

    Raises RangeError for anything else, and for one that has not begun.
    """
    zone = ZoneInfo(time_zone)
    if text is None:
        return last_over(kind, zone, now)
    named = period_named(kind, text.strip(), time_zone)
    try:
        found = named.first if named else _day(text.strip())
    except ValueError as error:
        other = next(
            (one for one in KINDS if one != kind and period_named(one, text.strip(), time_zone)), None
        )
        way_out = f"add --period {other}" if other else "write it as 2026-11-22"
        raise RangeError(f"{text!r} is no date; {way_out}") from error
    # What is compared with lies up to eight months before.
    if not 2 <= found.year < date.max.year:
        raise RangeError(f"{text!r} has no days before it or after it; choose another date")
    chosen = period_of(kind, found, zone)
    if chosen.since > now:
        raise RangeError(f"{text!r} is yet to come; choose a day that has begun")
    return chosen


def period_named(kind: str, name: str, time_zone: str) -> Period | None:
    """Return the period of that name; None where the name is none of that kind."""
    zone = ZoneInfo(time_zone)
    try:
        if kind == WEEKLY:
            year, _, week = name.partition("-W")
            return Period(kind, date.fromisocalendar(int(year), int(week), 1), zone)
        return period_of(kind, _day(f"{name}-01" if kind == MONTHLY else name), zone)
    except ValueError:
        return None


def _day(text: str) -> date:
    """Read a day such as 2026-11-22. Raises ValueError, also for a week, which Python reads as its Monday."""
    return datetime.strptime(text, "%Y-%m-%d").date()


def _first_moment(day: date, zone: ZoneInfo) -> datetime:
    # Where clocks jump over midnight there is no 00:00; by way of UTC it becomes the moment of the jump.
    midnight = datetime.combine(day, time.min, zone)
    return midnight.astimezone(UTC).astimezone(zone)
