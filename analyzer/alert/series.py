"""What was counted in each minute, so that the sum of any window is two look-ups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]


class Series:
    """Requests, failures and rated failures (those of sources that log successes too) minute by minute.

    `first` is the minute of the arrays' first element. What lies outside counts as nothing.
    """

    def __init__(self, first: int, requests: Counts, failures: Counts, rated: Counts) -> None:
        self.first = first
        self._length = len(requests)
        self._sums = {
            "requests": _running(requests),
            "failures": _running(failures),
            "rated": _running(rated),
        }

    def total(self, name: str, since: Any, until: Any) -> Any:
        """Return how many (`requests`, `failures`, `rated`) lie in [since, until): minutes, or arrays."""
        sums, first, length = self._sums[name], self.first, self._length
        if isinstance(since, int) and isinstance(until, int):
            start, end = min(max(since - first, 0), length), min(max(until - first, 0), length)
            return int(sums[end] - sums[start])
        return sums[np.clip(until - first, 0, length)] - sums[np.clip(since - first, 0, length)]


def _running(counts: Counts) -> Counts:
    sums = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=sums[1:])
    return sums
