"""Moments as whole minutes since 1970, and their local time: same hours of past weeks, quiet hours."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Minutes = NDArray[np.int64]

HOUR = 60
DAY = 24 * HOUR
WEEK = 7 * DAY


def minute_of(moment: datetime) -> int:
    """Return the whole minute that a moment lies in."""
    return int(moment.timestamp() // 60)


def moment_of(minute: int) -> datetime:
    """Return the moment at which a minute begins, in UTC."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)


class Clock:
    """The local time of a zone.

    Its switches between summer and winter time are looked up once for each year that is asked about.
    """

    def __init__(self, time_zone: str) -> None:
        self.zone = ZoneInfo(time_zone)
        self._known = (0, 0)
        self._starts: Minutes = np.zeros(1, np.int64)
        self._offsets: Minutes = np.zeros(1, np.int64)

    def offset(self, minutes: Minutes) -> Minutes:
        """Return how many minutes local time is ahead of UTC at each of `minutes`."""
        first, last = int(minutes.min()), int(minutes.max())
        if first < self._known[0] or last >= self._known[1]:
            self._look_up(first - 60 * DAY, last + 60 * DAY)
        return self._offsets[np.searchsorted(self._starts, minutes, side="right") - 1]

    def earlier(self, minutes: Minutes, days: int) -> Minutes:
        """Return the minutes at which the clocks showed the same time, so many days before.

        An hour that the clocks left out is that of the time before the switch.
        """
        shifted = minutes - days * DAY
        return shifted + self.offset(minutes) - self.offset(shifted)

    def is_quiet(self, minute: int, spans: Sequence[tuple[int, int]]) -> bool:
        """Tell whether a minute lies in one of the spans of the day, which may reach over midnight."""
        local = moment_of(minute).astimezone(self.zone)
        now = local.hour * HOUR + local.minute
        return any(start <= now < end if start < end else now >= start or now < end for start, end in spans)

    def local(self, minute: int) -> datetime:
        """Return the moment at which a minute begins, in the zone."""
        return moment_of(minute).astimezone(self.zone)

    def _look_up(self, first: int, last: int) -> None:
        if self._known[1]:
            first, last = min(first, self._known[0]), max(last, self._known[1])
        first -= first % HOUR
        starts, offsets = [first], [self._at(first)]
        for day in range(first, last, DAY):
            if self._at(day + DAY) != offsets[-1]:
                switch = next(
                    minute for minute in range(day, day + DAY + 15, 15) if self._at(minute) != offsets[-1]
                )
                starts.append(switch)
                offsets.append(self._at(switch))
        self._known = (first, last)
        self._starts, self._offsets = np.array(starts, np.int64), np.array(offsets, np.int64)

    def _at(self, minute: int) -> int:
        offset = moment_of(minute).astimezone(self.zone).utcoffset()
        return int(offset.total_seconds() // 60) if offset else 0
