"""Texts made one after the other, read forward as one stream of bytes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol


class Readable(Protocol):
    """What is read: up to so many bytes, fewer only at the end."""

    def read(self, count: int) -> bytes:
        """Return the next bytes."""


class TextReader:
    """What is written out of a source that holds no lines of its own; the same source gives the same bytes.

    Raises what `texts` raises: DamagedError for a source that is not what it seemed to be.
    """

    def __init__(self, texts: Iterator[memoryview]) -> None:
        self._texts = texts
        self._left = memoryview(b"")

    def readinto(self, buffer: memoryview) -> int:
        """Put the next bytes into `buffer`; return how many they are, 0 at the end."""
        while not self._left:
            text = next(self._texts, None)
            if text is None:
                return 0
            self._left = text
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
