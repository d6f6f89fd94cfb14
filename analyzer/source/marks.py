"""Milestones of a source: hashes by which an older, shorter copy of it is known.

They stand at 1, 2, 4, ... KiB and at the multiples of a step that doubles as the source grows, so
that their number stays small and they depend on the bytes alone, however these came.
"""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.source.identity import NAME_NEEDED_BELOW, TAIL_BYTES, digest

Mark = tuple[int, str]
"""An offset in decompressed bytes, and the hash of the up to 4096 bytes before it."""

_SMALLEST_STEP = 64 * 1024
_MOST_STEPS = 32
_HASH_LENGTH = 16


class Marks:
    """The milestones of a source as it is read."""

    def __init__(self, marks: Iterable[Mark] = ()) -> None:
        self._hashes = dict(marks)

    def follow(self, offset: int, before: bytes, data: memoryview) -> None:
        """Take note of `data`, which starts at `offset`; `before` is the up to 4096 bytes above it."""
        end = offset + len(data)
        step = _step(end)
        for place in (*_doubled(offset, end), *range(offset - offset % step + step, end + 1, step)):
            start = max(0, place - TAIL_BYTES - offset)
            text = bytes(data[start : place - offset])
            lacking = min(place, TAIL_BYTES) - len(text)
            self._hashes[place] = mark_of((before[-lacking:] if lacking else b"") + text)
        self._hashes = {
            place: value for place, value in self._hashes.items() if not place % step or _is_doubled(place)
        }

    def upto(self, size: int) -> tuple[Mark, ...]:
        """Return the milestones up to `size` in order."""
        return tuple(sorted(mark for mark in self._hashes.items() if mark[0] <= size))


def mark_of(data: bytes) -> str:
    """Return the hash of the up to 4096 bytes before a milestone."""
    return digest(data)[:_HASH_LENGTH]


def last_mark(marks: Iterable[Mark], size: int) -> Mark | None:
    """Return the last milestone within `size` bytes."""
    return max((mark for mark in marks if mark[0] <= size), default=None)


def _step(size: int) -> int:
    step = _SMALLEST_STEP
    while size > step * _MOST_STEPS:
        step *= 2
    return step


def _doubled(start: int, end: int) -> list[int]:
    places = (NAME_NEEDED_BELOW << power for power in range(end.bit_length()))
    return [place for place in places if start < place <= end]


def _is_doubled(place: int) -> bool:
    return place >= NAME_NEEDED_BELOW and not place & (place - 1)
