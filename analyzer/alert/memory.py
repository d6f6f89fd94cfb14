"""Facts of a long span in memory, so that many moments can be judged: of a store, or simulated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.alert.clock import Clock
from analyzer.alert.facts import Error, Sight
from analyzer.alert.scope import Scope
from analyzer.alert.series import Series

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass
class Course:
    """When an error failed: the minutes in order, and how often by the end of each."""

    error: Error
    minutes: NDArray[np.int64]
    sums: NDArray[np.int64]

    def between(self, since: int, until: int) -> Error | None:
        """Return the error as it was in a window; None where it was not."""
        start, end = int(self.minutes.searchsorted(since)), int(self.minutes.searchsorted(until))
        if start == end:
            return None
        before = int(self.sums[start - 1]) if start else 0
        return replace(
            self.error,
            failures=int(self.sums[end - 1]) - before,
            first=int(self.minutes[start]),
            last=int(self.minutes[end - 1]),
        )


class MemoryFacts:
    """Facts of [first, last) minutes; `load_series` and `load_errors` are asked once for each scope."""

    def __init__(
        self,
        clock: Clock,
        first: int,
        events: NDArray[np.int64],
        load_series: Callable[[Scope], Series],
        load_errors: Callable[[Scope], Sequence[Course]],
    ) -> None:
        self.clock = clock
        self._first = first
        self._load_series, self._load_errors = load_series, load_errors
        self._series: dict[Scope, Series] = {}
        self._errors: dict[Scope, Sequence[Course]] = {}
        self._held: dict[str, tuple[object, object]] = {}
        # The last minute with an event, as seen from each minute.
        seen = np.where(events > 0, np.arange(len(events)), -1)
        self._last = np.maximum.accumulate(seen)

    def first(self) -> int | None:
        """Return the minute of the first event."""
        return self._first

    def until(self, at: int) -> int | None:
        """Return the minute after that of the last event before `at`; None where there is none."""
        place = min(at - 1 - self._first, len(self._last) - 1)
        if place < 0 or self._last[place] < 0:
            return None
        return self._first + int(self._last[place]) + 1

    def series(self, scope: Scope, spans: Sequence[tuple[int, int]]) -> Series:
        """Return the counts of a scope."""
        if scope not in self._series:
            self._series[scope] = self._load_series(scope)
        return self._series[scope]

    def errors(self, scope: Scope, since: int, until: int) -> list[Error]:
        """Return the errors of a window, those with the most failures first."""
        found = [course.between(since, until) for course in self._courses(scope)]
        return sorted((one for one in found if one is not None), key=lambda one: (-one.failures, one.key))

    def known(self, scope: Scope, since: int, until: int) -> dict[str, Sight]:
        """Return the errors of a window by key, each with its first sight in it."""
        return {error.key: Sight(error.first, error.failures) for error in self.errors(scope, since, until)}

    def evidence(self, scope: Scope, since: int, until: int) -> list[dict[str, Any]]:
        """Return nothing: single failures are not held."""
        return []

    def _courses(self, scope: Scope) -> Sequence[Course]:
        if scope not in self._errors:
            self._errors[scope] = self._load_errors(scope)
        return self._errors[scope]

    def held(self, name: str, key: object) -> object:
        """Return what was kept under a name, if it was kept for the same key; else None."""
        known = self._held.get(name)
        return known[1] if known is not None and known[0] == key else None

    def hold(self, name: str, key: object, value: object) -> object:
        """Keep a value under a name, in place of that of an earlier key; return it."""
        self._held[name] = (key, value)
        return value
