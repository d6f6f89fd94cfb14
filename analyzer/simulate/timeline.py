"""When requests come: several days with a working day's rhythm, a burst and an outage.

Moments are whole milliseconds since 1970, UTC. The rhythm is that of a team in UTC+8.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MINUTE = 60_000
DAY = 1_440 * MINUTE
_ZONE_MINUTES = 480


@dataclass(frozen=True)
class Incident:
    """A span `[start, end)` in which calls fail more often, and how much traffic it sees."""

    name: str
    start: int
    end: int
    traffic: float
    failure_rate: float


class Timeline:
    """Spreads any number of requests over the days, in order of time, without keeping them."""

    def __init__(self, start: int, days: int) -> None:
        self.start = start
        self.end = start + days * DAY
        self.incidents = (
            _incident("burst", start + int(days * 0.4) * DAY, 3 * 60 + 5, 20, traffic=3.0, failure_rate=0.6),
            _incident(
                "outage", start + int(days * 0.7) * DAY, 7 * 60 + 30, 45, traffic=0.8, failure_rate=0.85
            ),
        )
        weights = np.array([self._weight(minute) for minute in range(days * 1_440)])
        self._reached = np.concatenate([[0.0], np.cumsum(weights)]) / weights.sum()
        self._edges = start + MINUTE * np.arange(days * 1_440 + 1, dtype=np.float64)

    def moments(self, first: int, total: int, uniform: NDArray[np.float64]) -> NDArray[np.int64]:
        """Return the moments of the requests `first`, `first` + 1, … of `total`, ascending."""
        position = (first + np.arange(len(uniform)) + uniform) / total
        return np.interp(position, self._reached, self._edges).astype(np.int64)

    def share(self, incident: Incident) -> float:
        """Return the part of all requests that falls into the incident."""
        first, last = ((moment - self.start) // MINUTE for moment in (incident.start, incident.end))
        return float(self._reached[last] - self._reached[first])

    def _weight(self, minute: int) -> float:
        local_hour = (minute + _ZONE_MINUTES) % 1_440 / 60
        weekday = (self.start // DAY + 3 + (minute + _ZONE_MINUTES) // 1_440) % 7
        daytime = math.exp(-(((local_hour - 15) / 4.5) ** 2))
        weight = (0.18 + daytime) * (0.55 if weekday >= 5 else 1.0)
        moment = self.start + minute * MINUTE
        for incident in self.incidents:
            if incident.start <= moment < incident.end:
                weight *= incident.traffic
        return weight


def _incident(
    name: str, midnight: int, minute: int, minutes: int, *, traffic: float, failure_rate: float
) -> Incident:
    start = midnight + minute * MINUTE
    return Incident(name, start, start + minutes * MINUTE, traffic, failure_rate)
