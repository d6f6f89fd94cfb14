"""Which day a night is about: a date in a time zone, as the half-open interval of its moments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analyzer.errors import RangeError


@dataclass(frozen=True)
class Day:
    """A calendar day in a time zone; on the days of a clock change it has 23 or 25 hours, or so."""

    date: date
    zone: ZoneInfo

    @property
    def since(self) -> datetime:
        """The day's first moment, in its zone."""
        return _first_moment(self.date, self.zone)

    @property
    def until(self) -> datetime:
        """The next day's first moment, which is no longer part of the day."""
        return _first_moment(self.date + timedelta(days=1), self.zone)

    @property
    def name(self) -> str:
        """The date as 2026-11-22: the day's name in files and records."""
        return self.date.isoformat()

    def before(self) -> Day:
        """Return the day before."""
        return Day(self.date - timedelta(days=1), self.zone)

    def is_over(self, now: datetime) -> bool:
        """Say whether the day has ended at the moment `now`, which carries a zone."""
        return now.astimezone(UTC) >= self.until.astimezone(UTC)


def chosen_day(text: str | None, time_zone: str, now: datetime) -> Day:
    """Return the day written as `text` (2026-11-22), or yesterday at `now` where None, in `time_zone`.

    Raises RangeError for anything else.
    """
    zone = ZoneInfo(time_zone)
    if text is None:
        return Day(now.astimezone(zone).date() - timedelta(days=1), zone)
    try:
        found = date.fromisoformat(text.strip())
    except ValueError as error:
        raise RangeError(f"{text!r} is no date; write it as 2026-11-22") from error
    if not date.min < found < date.max:
        raise RangeError(f"{text!r} has no day before it or after it; choose another date")
    return Day(found, zone)


def _first_moment(day: date, zone: ZoneInfo) -> datetime:
    # Where clocks jump over midnight there is no 00:00; by way of UTC it becomes the moment of the jump.
    midnight = datetime.combine(day, time.min, zone)
    return midnight.astimezone(UTC).astimezone(zone)
