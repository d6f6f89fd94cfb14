"""Simulated traffic for the alert rules: a year minute by minute, with incidents planted in it.

What makes it hard is in it: days and weeks with their seasons (batch jobs that fail every night among
them), growth, holidays on which the traffic falls by half, rates that drift and scatter far more than by
chance and from one hour to the next, rare errors, and gaps between incidents that are no longer than they
happen to be. All counts come from one seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from analyzer.alert.clock import DAY, HOUR, WEEK, Clock, minute_of
from analyzer.alert.facts import Error
from analyzer.alert.memory import Course, MemoryFacts
from analyzer.alert.scope import Scope
from analyzer.alert.series import Series

Values = NDArray[np.float64]
Counts = NDArray[np.int64]

ZONE = "Europe/Berlin"
"""A zone with summer time: both of its switches lie in the year."""
START = datetime(2025, 11, 3, tzinfo=ZoneInfo(ZONE))

KNOWN = (
    # key, owner, category, share of requests that fail so, how it swings over the day
    ("maas.0104.parameter", "caller", "invalid_request", 0.022, "batch"),
    ("maas.81001.tokenizer", "caller", "invalid_request", 0.009, "day"),
    ("maas.81002.key", "caller", "authentication", 0.004, "flat"),
    ("maas.81101.per_minute", "caller", "rate_limit", 0.010, "day"),
    ("maas.81101.per_second", "caller", "rate_limit", 0.003, "day"),
    ("maas.81104.backend", "provider", "server_error", 0.0030, "flat"),
    ("maas.81110.timeout", "provider", "timeout", 0.0020, "day"),
    ("maas.8503.permission", "account_admin", "permission", 0.0010, "flat"),
    ("none:upstream_reset", "unknown", "uncatalogued", 0.0008, "flat"),
)
NEW = (
    ("maas.81011.content", "caller", "content_safety"),
    ("maas.81112.arrears", "account_admin", "account"),
    ("maas.81109.access", "caller", "permission"),
    ("maas.6297.quota", "account_admin", "quota"),
    ("maas.81102.unexpected", "provider", "server_error"),
    ("none:model_not_found", "unknown", "uncatalogued"),
    ("maas.81108.version", "caller", "not_found"),
    ("maas.6613.busy", "caller", "conflict"),
)


@dataclass(frozen=True)
class Planted:
    """An incident in the traffic; `due` is the minute by which it must be found."""

    kind: str
    start: int
    end: int
    due: int
    what: str


class Traffic:
    """Traffic of `days` days, `rate` requests a minute; the first `quiet` days hold no incident."""

    def __init__(
        self, seed: int, days: int, incidents: Sequence[str], rate: float = 400.0, quiet: int = 30
    ) -> None:
        self.clock = Clock(ZONE)
        self.first = minute_of(START)
        self.minutes = days * DAY
        self.quiet = quiet
        self._random = np.random.default_rng(seed)
        self.shares = {name: self._share(share, swing) for name, _, _, share, swing in KNOWN}
        self.volume = rate * self._seasons() * self._holidays() * self._noise(0.08, 30)
        self.owners = {name: (owner, category) for name, owner, category, *_ in KNOWN}
        self.owners |= {name: (owner, category) for name, owner, category in NEW}
        self.planted = self._plant(incidents)
        self.requests = self._random.poisson(self.volume).astype(np.int64)
        self.failures = {
            name: self._random.binomial(self.requests, np.clip(share, 0, 0.98)).astype(np.int64)
            for name, share in self.shares.items()
        }

    @property
    def last(self) -> int:
        """The minute after the last."""
        return self.first + self.minutes

    @cached_property
    def facts(self) -> MemoryFacts:
        """The traffic as the rules see it."""
        return MemoryFacts(self.clock, self.first, self.requests, self._series, self._courses)

    @cached_property
    def _local(self) -> Counts:
        minutes = self.first + np.arange(self.minutes)
        return minutes + self.clock.offset(minutes)

    @cached_property
    def _of_day(self) -> Values:
        return (self._local % DAY) / HOUR

    @cached_property
    def _weekday(self) -> Counts:
        return (self._local // DAY + 3) % 7

    def _seasons(self) -> Values:
        day = (
            0.25
            + 1.3 * np.exp(-0.5 * ((self._of_day - 14) / 4.0) ** 2)
            + 0.35 * np.exp(-0.5 * ((self._of_day - 20.5) / 1.2) ** 2)
        )
        week = np.array([1.0, 1.05, 1.05, 1.0, 0.95, 0.5, 0.42])[self._weekday]
        growth = 1 + 0.8 * np.arange(self.minutes) / (365 * DAY)
        return day * week * growth

    def _holidays(self) -> Values:
        """Return the days on which less is asked: some ten a year, alone or two or three together."""
        factor = np.ones(self.minutes)
        day = 0
        while (day := day + int(self._random.integers(15, 60))) * DAY < self.minutes:
            for one in range(day, day + int(self._random.integers(1, 4))):
                factor[self._local // DAY - self._local[0] // DAY == one] = self._random.uniform(0.45, 0.8)
        return factor

    def _share(self, share: float, swing: str) -> Values:
        shape = np.ones(self.minutes)
        if swing == "day":
            shape = 0.7 + 0.6 * np.exp(-0.5 * ((self._of_day - 15) / 4.0) ** 2)
        elif swing == "batch":
            is_batch = (self._of_day >= 2) & (self._of_day < 3.5) & (self._weekday < 5)
            shape = np.where(is_batch, 4.0, 1.0)
        slow = self._noise(0.10, 5 * DAY)
        return share * shape * slow * self._noise(0.18, 90) * self._noise(0.15, 8)

    def _noise(self, sigma: float, memory: float) -> Values:
        """Return factors around 1 that scatter by `sigma` and forget themselves in so many minutes."""
        step = max(1, int(memory // 4))
        count = self.minutes // step + 2
        keep = np.exp(-step / memory)
        shocks = self._random.normal(0, sigma * np.sqrt(1 - keep * keep), count)
        level = np.empty(count)
        value = self._random.normal(0, sigma)
        for number, shock in enumerate(shocks):
            value = keep * value + shock
            level[number] = value
        return np.exp(np.interp(np.arange(self.minutes), np.arange(count) * step, level))

    def _plant(self, kinds: Sequence[str]) -> list[Planted]:
        """Spread the incidents over the time after the quiet weeks, in an order by chance."""
        usable = self.minutes - self.quiet * DAY - 3 * DAY
        slot = usable // max(len(kinds), 1)
        planted, new = [], list(self._random.permutation(len(NEW)))
        for number, kind in enumerate(self._random.permutation(np.array(kinds))):
            start = (
                self.quiet * DAY
                + number * slot
                + int(self._random.integers(0, max(1, slot - int(2.5 * DAY))))
            )
            if kind == "new":
                planted.append(self._new(start, NEW[new.pop() if new else number % len(NEW)][0]))
            else:
                planted.append(getattr(self, f"_{kind}")(start))
        return planted

    def _outage(self, start: int) -> Planted:
        """The provider's failures: 8 to 90 % of all requests, for 15 minutes to 3 hours; due in 15."""
        length, name = int(self._random.integers(15, 180)), "maas.81104.backend"
        depth = float(np.exp(self._random.uniform(np.log(0.08), np.log(0.9))))
        self.shares[name][start : start + length] += depth
        return self._planted("outage", start, length, 15, f"{depth:.0%} of requests, {length} min")

    def _blackout(self, start: int) -> Planted:
        """Nothing, or next to nothing, comes for 20 minutes to 2 hours; due in 20 minutes."""
        length, left = int(self._random.integers(20, 120)), float(self._random.choice([0.0, 0.02, 0.1]))
        self.volume[start : start + length] *= left
        return self._planted("blackout", start, length, 20, f"{left:.0%} left, {length} min")

    def _burst(self, start: int) -> Planted:
        """A rate limit is hit: 4 to 25 times as often as usual, for 8 to 40 minutes; due in 10 minutes."""
        length, name = int(self._random.integers(8, 40)), "maas.81101.per_minute"
        times = float(np.exp(self._random.uniform(np.log(4), np.log(25))))
        self.shares[name][start : start + length] *= times
        return self._planted("burst", start, length, 10, f"{times:.1f} times, {length} min")

    def _creep(self, start: int) -> Planted:
        """Failures rise to 3 to 6 times in 12 to 36 hours and stay for 8; due 8 hours after they doubled.

        All of the provider's, all rate limits, or all invalid requests, as when a client's release rolls out.
        """
        group = str(self._random.choice(["provider", "rate_limit", "invalid_request"]))
        rise, times = int(self._random.integers(12, 36)) * HOUR, float(self._random.uniform(3, 6))
        factor = np.concatenate([np.linspace(1, times, rise), np.full(8 * HOUR, times)])
        end = min(start + len(factor), self.minutes)
        for name, owner, category, *_ in KNOWN:
            if group in (owner, category):
                self.shares[name][start:end] *= factor[: end - start]
        doubled = int(rise / (times - 1))
        what = f"{group} {times:.1f} times in {rise // HOUR} h"
        return self._planted("creep", start, end - start, doubled + 8 * HOUR, what)

    def _new(self, start: int, name: str) -> Planted:
        """An error never seen: 3 to 120 an hour, for 6 to 48 hours; due 3 hours after it began."""
        length, pace = (
            int(self._random.integers(6, 48)) * HOUR,
            float(np.exp(self._random.uniform(np.log(3), np.log(120)))),
        )
        end = min(start + length, self.minutes)
        share = np.zeros(self.minutes)
        share[start:end] = pace / HOUR / np.maximum(self.volume[start:end], 1.0)
        self.shares[name] = self.shares.get(name, np.zeros(self.minutes)) + share
        return self._planted("new", start, end - start, 3 * HOUR, f"{name}, {pace:.0f} an hour")

    def _planted(self, kind: str, start: int, length: int, delay: int, what: str) -> Planted:
        begin = self.first + start
        return Planted(kind, begin, begin + length, begin + delay, what)

    def _series(self, scope: Scope) -> Series:
        failures = np.zeros(self.minutes, np.int64)
        for name in self._names(scope):
            failures += self.failures[name]
        return Series(self.first, self.requests, failures, failures)

    def _courses(self, scope: Scope) -> list[Course]:
        courses = []
        for name in self._names(scope):
            places = np.flatnonzero(self.failures[name])
            owner, category = self.owners[name]
            error = Error(name, "entry", name, category, owner, 0, 0, 0, entry_id=name)
            courses.append(Course(error, self.first + places, np.cumsum(self.failures[name][places])))
        return courses

    def _names(self, scope: Scope) -> list[str]:
        wanted = {"owner": scope.owner, "category": scope.category}
        return [
            name
            for name in self.failures
            if all(
                value is None or value == self.owners[name][place]
                for place, value in enumerate(wanted.values())
            )
        ]


YEAR = ("outage",) * 8 + ("blackout",) * 5 + ("burst",) * 10 + ("creep",) * 9 + ("new",) * 8
"""The 40 incidents of a year."""
assert len(YEAR) == 40
WEEKS = 6
__all__ = ["WEEK", "WEEKS", "YEAR", "Planted", "Traffic"]
