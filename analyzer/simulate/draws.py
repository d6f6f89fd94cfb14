"""Random draws that stay the same for ever.

Only the raw words of PCG64 are used: numpy promises their stream, and not that of its distributions.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Item = TypeVar("Item")
_TO_UNIT = 2.0**-53
_AHEAD = 1_024


class Draws:
    """A seeded stream of draws; streams with different `key` are independent of each other."""

    def __init__(self, seed: int, key: int = 0) -> None:
        self._words = np.random.PCG64(np.random.SeedSequence([seed, key]))
        self._ahead: list[float] = []

    def words(self, count: int) -> NDArray[np.uint64]:
        """Return `count` words of 64 random bits."""
        return np.asarray(self._words.random_raw(count), dtype=np.uint64)

    def uniform(self, count: int) -> NDArray[np.float64]:
        """Return `count` numbers of [0, 1)."""
        return (self.words(count) >> np.uint64(11)).astype(np.float64) * _TO_UNIT

    def hexadecimal(self, count: int) -> str:
        """Return `count` words as one text of 16 hexadecimal digits each."""
        return self.words(count).astype("<u8").tobytes().hex()

    def chance(self, probability: float) -> bool:
        """Return True with this probability."""
        return self._next() < probability

    def number(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`, both included."""
        return low + int(self._next() * (high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items, each as likely as the next."""
        return items[int(self._next() * len(items))]

    def label(self, digits: int) -> str:
        """Return a text of so many hexadecimal digits."""
        parts = (f"{int(self._next() * 2**32):08x}" for _ in range(-(-digits // 8)))
        return "".join(parts)[:digits]

    def _next(self) -> float:
        """Return one number of [0, 1), from a supply drawn ahead: single draws are slow."""
        if not self._ahead:
            self._ahead = self.uniform(_AHEAD).tolist()
        return self._ahead.pop()
