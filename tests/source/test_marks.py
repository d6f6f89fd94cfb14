"""Milestones: few, where they belong, and the same however the bytes came."""

from __future__ import annotations

import random
from itertools import pairwise

from analyzer.source.marks import Marks, last_mark, mark_of


def marked(data: bytes, cuts: list[int]) -> tuple[tuple[int, str], ...]:
    """Return the milestones of bytes that come in pieces."""
    marks = Marks()
    edges = [0, *sorted(cuts), len(data)]
    for start, end in pairwise(edges):
        marks = Marks(marks.upto(start))
        marks.follow(start, data[max(0, start - 4096) : start], memoryview(data)[start:end])
    return marks.upto(len(data))


def test_pieces_make_no_difference() -> None:
    """In any pieces the milestones are those of the whole, and each hashes the bytes before it."""
    chance = random.Random(1)
    for size in (0, 1023, 1024, 5000, 70_000, 3_000_000):
        data = chance.randbytes(size)
        whole = marked(data, [])
        for _ in range(3):
            assert marked(data, [chance.randrange(size + 1) for _ in range(4)]) == whole
        assert all(mark_of(data[max(0, place - 4096) : place]) == value for place, value in whole)
        assert len(whole) <= 60
        if size >= 1024:
            place, _ = last_mark(whole, size) or (0, "")
            assert size - place <= size / 2
