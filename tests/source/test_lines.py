"""Cutting bytes into lines: at LF and nowhere else, with exact places, whatever the bytes."""

from __future__ import annotations

import io
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from analyzer.errors import SourceError
from analyzer.source.lines import Chunk, cut_lines, read_chunks

BYTES = st.lists(
    st.one_of(
        st.binary(max_size=30),
        st.sampled_from(
            [
                b"\n",
                b"\r\n",
                b"\r",
                b"\xef\xbb\xbf",
                b"\xe4\xb8\xad",
                b"\xe4",
                b"x" * 11,
                b"x" * 12,
                b"x" * 13,
            ]
        ),
    ),
    max_size=20,
).map(b"".join)


def plain(data: bytes, offset: int = 0) -> list[tuple[int, str]]:
    """Cut lines the slow and obvious way: (byte offset, text)."""
    lines = []
    place = 0
    for piece in data.split(b"\n")[: None if data and not data.endswith(b"\n") else -1]:
        start, text = place, piece.removesuffix(b"\r")
        if offset + place == 0 and data.startswith(b"\xef\xbb\xbf"):
            start, text = 3, text[3:]
        lines.append((offset + start, text.lstrip(b"\0").decode("utf-8", "backslashreplace")))
        place += len(piece) + 1
    return lines


def cut(data: bytes, offset: int = 0, first: int = 1) -> list[tuple[int, int, str]]:
    """Cut lines with `cut_lines`, in the order of their numbers."""
    lines = cut_lines(Chunk(memoryview(data), offset, ended=True), first)
    rows = [tuple(row.values()) for row in lines.reader().read_all().to_pylist()]
    assert len(rows) == lines.count
    return sorted(rows)  # type: ignore[arg-type]


@settings(max_examples=300, deadline=None)
@given(data=BYTES, offset=st.sampled_from([0, 1, 10**12]))
@example(data=b"", offset=0)
@example(data=b"\n\n", offset=0)
@example(data=b"\r\r\n", offset=0)
@example(data=b"\xef\xbb\xbf", offset=0)
@example(data=b"\xef\xbb\xbf\r\n\xef\xbb\xbf", offset=0)
@example(data=b"a\rb\x00c\n\x00", offset=5)
@example(data=b"a\n\x00\x00\x00b\x00\n\x00\r\n\x00\xff\n\x00\x00", offset=0)
def test_lines_are_those_of_the_obvious_way(data: bytes, offset: int) -> None:
    """Numbers, byte offsets and texts of any bytes are what splitting at LF gives, without leading NULs."""
    expected = [(7 + place, *line) for place, line in enumerate(plain(data, offset))]
    assert cut(data, offset, 7) == expected


class Slow(io.RawIOBase):
    """A stream that gives at most so many bytes at once, as a pipe does."""

    def __init__(self, data: bytes) -> None:
        self.left = memoryview(data)

    def readinto(self, buffer: Any) -> int:
        """Fill the buffer as far as the data goes."""
        count = min(len(buffer), len(self.left))
        buffer[:count] = self.left[:count]
        self.left = self.left[count:]
        return count


@settings(max_examples=200, deadline=None)
@given(data=BYTES, size=st.integers(1, 40))
def test_chunks_hold_whole_lines(data: bytes, size: int) -> None:
    """Whatever the size, chunks follow without a gap, and each but the last ends with a newline."""
    chunks = list(read_chunks(Slow(data), 100, size))
    assert b"".join(bytes(chunk.data) for chunk in chunks) == data
    assert [chunk.ended for chunk in chunks] == [False] * (len(chunks) - 1) + [True]
    offset = 100
    for chunk in chunks:
        assert chunk.offset == offset
        assert chunk.ended or chunk.complete
        offset += len(chunk.data)


def test_many_lines_come_in_batches() -> None:
    """A large chunk is handed over in batches that threads can share, none of its lines lost."""
    data = b"".join(b"line %d of many\n" % number for number in range(50_000))
    lines = cut_lines(Chunk(memoryview(data), 0, ended=True), 1)
    assert lines.count == sum(batch.num_rows for batch in lines.batches) == 50_000
    assert len(lines.batches) > 1


@settings(max_examples=150, deadline=None)
@given(data=BYTES, size=st.integers(1, 40), most=st.integers(1, 5), blank=st.booleans())
def test_chunks_cut_ahead_give_the_same_lines(data: bytes, size: int, most: int, blank: bool) -> None:
    """Whatever the size of chunks, what was cut ahead is what a chunk gives without, also for its start."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("analyzer.source.lines._MOST_LINES", most)
        patch.setattr("analyzer.source.lines.SEARCHED", 7)
        patch.setattr("analyzer.source.cut.SEARCHED", 7)
        chunks = list(read_chunks(Slow(data), 0, size))
    number = 1
    found: list[tuple[int, int, str]] = []
    for chunk in chunks:
        assert chunk.cut is not None
        lines = cut_lines(chunk, number)
        found += sorted(tuple(row.values()) for row in lines.reader().read_all().to_pylist())
        whole = chunk.data[: bytes(chunk.data).rfind(b"\n") + 1]
        for start in (Chunk(whole, chunk.offset, True, chunk.cut), chunk):
            ahead, afresh = (
                cut_lines(start, 5, blank),
                cut_lines(Chunk(start.data, start.offset, True), 5, blank),
            )
            assert ahead.count == afresh.count
            assert ahead.reader().read_all().equals(afresh.reader().read_all())
        number += lines.count
    assert found == [(1 + place, *line) for place, line in enumerate(plain(data))]


def test_many_short_lines_are_several_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch is bounded by its lines too: of each line more is kept than its text."""
    monkeypatch.setattr("analyzer.source.lines._MOST_LINES", 1_000_000)
    chunks = list(read_chunks(Slow(b"\n" * 5_000_000), 0))
    assert len(chunks) > 1
    counts = [cut_lines(chunk, 1).count for chunk in chunks]
    assert sum(counts) == 5_000_000
    assert max(counts) < 2_100_000


def test_a_line_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line that would fill the memory is an error, behind the lines before it."""
    monkeypatch.setattr("analyzer.source.lines.LONGEST_LINE", 10_000)
    chunks = read_chunks(Slow(b"one line\n" + b"x" * 100_000), 0, 1000)
    assert bytes(next(chunks).data) == b"one line\n"
    with pytest.raises(SourceError, match="a line is longer than 10,000 bytes"):
        next(chunks)
