"""Requests and failures along a period: a bar for each hour of a day, six hours of a week, day of a month."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from analyzer.night.period import Period

_DAY = timedelta(days=1)


def bars_of(slices: Sequence[Mapping[str, Any]], period: Period, slot: timedelta) -> list[dict[str, Any]]:
    """Return `since`, `requests` and `failures` of each slot of a period, empty ones too.

    On the day that the clocks go back a day has 25 bars of an hour; bars of a day are days of the zone.
    """
    starts = _starts(period, slot)
    bars = [{"since": start.isoformat(), "requests": 0, "failures": 0} for start in starts]
    moments = [start.timestamp() for start in starts]
    number = 0
    for row in slices:
        moment = row["slice"].timestamp()
        while number + 1 < len(moments) and moments[number + 1] <= moment:
            number += 1
        bars[number]["requests"] += row["requests"]
        bars[number]["failures"] += row["failures"]
    return bars


def _starts(period: Period, slot: timedelta) -> list[datetime]:
    if slot >= _DAY:
        days = (period.end - period.first).days
        return [
            Period("nightly", period.first + timedelta(days=day), period.zone).since for day in range(days)
        ]
    found, moment = [], period.since.astimezone(UTC)
    while moment < period.until.astimezone(UTC):
        found.append(moment.astimezone(period.zone))
        moment += slot
    return found
