"""The page's slices of time: how long they are, and when each starts in the page's zone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

_MINUTES = {"minute": 1, "5minutes": 5, "15minutes": 15, "hour": 60}
_HOURS = {"3hours": 3, "6hours": 6, "12hours": 12}
SECONDS = {
    **{name: 60 * minutes for name, minutes in _MINUTES.items()},
    **{name: 3600 * hours for name, hours in _HOURS.items()},
    "day": 86_400,
    "week": 7 * 86_400,
    "month": 30 * 86_400,
}
"""Every length a slice may have, the shortest first -> its usual seconds."""
_FACT_STEPS = ("minute", "5minutes", "15minutes", "hour")
_MOST = 200_000


@dataclass(frozen=True)
class Buckets:
    """Slices of one length: `starts` holds their beginnings and the last one's end, in µs since 1970."""

    step: str
    starts: NDArray[np.int64]

    @property
    def count(self) -> int:
        """Return the number of slices."""
        return max(len(self.starts) - 1, 0)

    def places(self, moments: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the slice that each moment (µs) lies in; the first and the last take what lies outside."""
        found = np.searchsorted(self.starts, moments, side="right") - 1
        return np.clip(found, 0, max(self.count - 1, 0))


def bucket_count(since: datetime, until: datetime, step: str) -> int:
    """Return about how many slices of length `step` a span has."""
    return max(int((until - since).total_seconds() // SECONDS[step]) + 1, 1)


def cut(since: datetime, until: datetime, zone: ZoneInfo, step: str) -> Buckets:
    """Cut [since, until) into slices of length `step`, whose hours and days are those of `zone`."""
    if step in _MINUTES:
        edges = list(_short(since, until, zone, timedelta(minutes=_MINUTES[step])))
    else:
        edges = sorted(set(_long(since, until, zone, step)))
        first = max((number for number, edge in enumerate(edges) if edge <= since), default=0)
        last = next((number for number, edge in enumerate(edges) if edge >= until), len(edges) - 1)
        edges = edges[first : last + 1]
    return Buckets(step, np.array([round(edge.timestamp() * 1e6) for edge in edges], dtype=np.int64))


def fact_slices(buckets: Buckets, zone: ZoneInfo, *, long: bool) -> dict[str, str | int]:
    """Return a query's `step`, so that its slices make up the page's exactly.

    Where `long` ones will do, those of more than an hour come with the `shift` of the zone's clock, in
    seconds, if it is the same all the time.
    """
    if buckets.step in _FACT_STEPS[:3]:
        return {"step": buckets.step}
    starts = [datetime.fromtimestamp(start / 1e6, zone) for start in buckets.starts.tolist()]
    offsets = {round((start.utcoffset() or timedelta(0)).total_seconds()) for start in starts}
    if long and buckets.step != "hour" and len(offsets) == 1:
        return {"step": buckets.step if buckets.step in _HOURS else "day", "shift": offsets.pop()}
    return {"step": "15minutes" if any(offset % 3600 for offset in offsets) else "hour"}


def _short(since: datetime, until: datetime, zone: ZoneInfo, width: timedelta) -> Iterator[datetime]:
    local = since.astimezone(zone)
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    start = since.astimezone(UTC) - (local.replace(tzinfo=None) - midnight) % width
    for number in range(_MOST):
        yield start + number * width
        if start + number * width >= until:
            return


def _long(since: datetime, until: datetime, zone: ZoneInfo, step: str) -> Iterator[datetime]:
    day = since.astimezone(zone).date()
    if step == "week":
        day -= timedelta(days=day.weekday())
    elif step == "month":
        day = day.replace(day=1)
    hours = range(0, 24, _HOURS.get(step, 24))
    while True:
        for hour in hours:
            edge = datetime(day.year, day.month, day.day, hour, tzinfo=zone).astimezone(UTC)
            yield edge
            if edge >= until:
                return
        day = _next_day(day, step)


def _next_day(day: date, step: str) -> date:
    if step == "week":
        return day + timedelta(days=7)
    if step == "month":
        return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return day + timedelta(days=1)


def longest(buckets: Buckets) -> int:
    """Return the longest slice in µs; 0 without one."""
    return max((after - before for before, after in pairwise(buckets.starts.tolist())), default=0)
