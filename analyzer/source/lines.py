"""Cutting bytes into lines, a batch at a time, as Arrow arrays over the same buffer.

Lines end at LF and nowhere else; one CR before it and a byte order mark at the start of the source
are dropped. Bytes that are not UTF-8 are written as `\\xHH`, on those lines alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

BATCH_BYTES = 128 * 1024 * 1024
"""Text of a batch. Smaller batches end in half-filled row groups that DuckDB rewrites at a checkpoint."""

_ROWS = 16_384
"""Rows handed over at once: one big batch of rows would be scanned by one thread."""

_SEARCHED = 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_INLINE = 12
_SPACE = 0x20
_WHITE_SPACE = b" \t\n\v\f\r"


class Readable(Protocol):
    """What is read: bytes into a buffer, 0 at the end."""

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` and return how many bytes were read."""


@dataclass(frozen=True)
class Chunk:
    """Whole lines of a source: their bytes, and where these start in the decompressed source.

    `ended` says that the source has no more; only then may the last line lack its newline.
    """

    data: memoryview
    offset: int
    ended: bool

    @property
    def complete(self) -> bool:
        """Whether the last line has its newline."""
        return len(self.data) > 0 and self.data[-1] == 0x0A


def read_chunks(source: Readable, offset: int, size: int = BATCH_BYTES) -> Iterator[Chunk]:
    """Read a source from `offset` (bytes, where it stands) in chunks of about `size` bytes of whole lines.

    The next chunk is read and decompressed while the caller works on this one. A line longer than
    `size` makes its chunk as long as it is.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="read") as pool:
        rest = b""
        pending = pool.submit(_fill, source, rest, size)
        while True:
            buffer, filled, ended = pending.result()
            cut = filled if ended else _after_last_newline(buffer, filled)
            rest = bytes(buffer[cut:filled])
            if not ended:
                pending = pool.submit(_fill, source, rest, size)
            if cut or ended:
                yield Chunk(memoryview(buffer)[:cut].toreadonly(), offset, ended)
            offset += cut
            if ended:
                return


def _fill(source: Readable, rest: bytes, size: int) -> tuple[bytearray, int, bool]:
    """Read `size` bytes behind `rest`, and go on until a line ends or the source does."""
    buffer = bytearray(len(rest) + size)
    buffer[: len(rest)] = rest
    filled = len(rest)
    while True:
        with memoryview(buffer) as view:
            count = source.readinto(view[filled:])
        wanted = len(buffer) - filled
        filled += count
        if count < wanted:
            return buffer, filled, True
        if _after_last_newline(buffer, filled):
            return buffer, filled, False
        buffer += bytes(len(buffer))


def _after_last_newline(buffer: bytearray, filled: int) -> int:
    return buffer.rfind(b"\n", 0, filled) + 1


@dataclass(frozen=True)
class Lines:
    """Lines as Arrow batches, and how many they are."""

    batches: list[pa.RecordBatch]
    count: int

    def reader(self) -> pa.RecordBatchReader:
        """Return the lines for one scan by DuckDB."""
        return pa.RecordBatchReader.from_batches(_SCHEMA, self.batches)


def cut_lines(chunk: Chunk, first_line: int, blank: bool = True) -> Lines:
    """Return a chunk's lines as Arrow batches of (line_no, byte_offset, line).

    `first_line` is the number of the chunk's first line. `byte_offset` counts decompressed bytes
    from the start of the source. Without `blank` the lines of white space only are counted and left
    out. The chunk must outlive the lines, whose text lies in it.
    """
    data = np.frombuffer(chunk.data, dtype=np.uint8)
    starts, ends = bounds(data, chunk.complete)
    if chunk.offset == 0 and len(starts) and bytes(chunk.data[:3]) == _BYTE_ORDER_MARK:
        starts[0] += 3
    count = len(starts)
    numbers = np.arange(first_line, first_line + count, dtype=np.int64)
    if not blank:
        said = _not_blank(chunk.data, data, starts, ends)
        starts, ends, numbers = starts[said], ends[said], numbers[said]
    bad = _not_utf8(chunk.data, data, starts, ends)
    batches = list(_batches(chunk, data, starts, ends, numbers, bad))
    return Lines(batches, count)


def _not_blank(view: memoryview, data: Any, starts: Any, ends: Any) -> Any:
    """Return which lines hold more than white space, as a mask; few need a look."""
    said = ends > starts
    for row in np.flatnonzero(said & (data[np.minimum(starts, max(0, len(data) - 1))] <= _SPACE)):
        said[row] = bool(bytes(view[starts[row] : ends[row]]).strip(_WHITE_SPACE))
    return said


_SCHEMA = pa.schema([("line_no", pa.int64()), ("byte_offset", pa.int64()), ("line", pa.string_view())])


def bounds(data: np.ndarray[Any, np.dtype[np.uint8]], complete: bool) -> tuple[Any, Any]:
    """Return where each line of `data` starts and ends, its CR and LF left out, as int64 arrays."""
    # A stretch at a time: the marks of one stretch fit the processor's cache, those of a chunk would not.
    newlines = np.concatenate(
        [np.flatnonzero(data[at : at + _SEARCHED] == 0x0A) + at for at in range(0, len(data), _SEARCHED)]
        or [np.empty(0, dtype=np.int64)]
    )
    ends = newlines if complete or not len(data) else np.append(newlines, len(data))
    starts = np.empty(len(ends), dtype=np.int64)
    if len(ends):
        starts[0] = 0
        starts[1:] = ends[:-1] + 1
        ends = ends - ((ends > starts) & (data[np.maximum(ends, 1) - 1] == 0x0D))
    return starts, ends


def _batches(
    chunk: Chunk, data: Any, starts: Any, ends: Any, numbers: Any, bad: list[int]
) -> Iterator[pa.RecordBatch]:
    buffer = pa.py_buffer(chunk.data)
    good = np.ones(len(starts), dtype=bool)
    good[bad] = False
    if bad:
        texts = [
            bytes(chunk.data[starts[row] : ends[row]]).decode("utf-8", "backslashreplace").encode()
            for row in bad
        ]
        columns = [_numbers(numbers[bad]), _numbers(starts[bad] + chunk.offset), _texts(texts)]
        yield pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)
        starts, ends, numbers = starts[good], ends[good], numbers[good]
    for first in range(0, len(starts), _ROWS):
        rows = slice(first, first + _ROWS)
        lines = _views(buffer, data, starts[rows], ends[rows])
        columns = [_numbers(numbers[rows]), _numbers(starts[rows] + chunk.offset), lines]
        yield pa.RecordBatch.from_arrays(columns, schema=_SCHEMA)


def _numbers(values: Any) -> pa.Array:
    """Lay an Arrow array over int64 values. `pa.array` would do, but imports pandas to look at them."""
    held = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])


def _texts(values: list[bytes]) -> pa.Array:
    """Return UTF-8 texts as an Arrow string view array."""
    text = b"".join(values)
    ends = np.cumsum([len(value) for value in values], dtype=np.int64)
    starts = ends - [len(value) for value in values]
    return _views(pa.py_buffer(text), np.frombuffer(text, dtype=np.uint8), starts, ends)


def _views(buffer: pa.Buffer, data: Any, starts: Any, ends: Any) -> pa.Array:
    """Lay an Arrow string view array over the buffer, without copying its text.

    A view is 16 bytes: the length, then the text itself up to 12 bytes, or its first four bytes, the
    buffer's number and the offset (Arrow columnar format, "Variable-size Binary View Layout").
    """
    lengths = ends - starts
    views = np.zeros((len(starts), 4), dtype=np.int32)
    views[:, 0] = lengths
    heads = views.view(np.uint8).reshape(len(starts), 16)
    long = lengths > _INLINE
    for place in range(4):
        heads[long, 4 + place] = data[starts[long] + place]
    views[long, 3] = starts[long]
    short = np.flatnonzero(~long)
    for place in range(_INLINE):
        short = short[lengths[short] > place]
        heads[short, 4 + place] = data[starts[short] + place]
    return pa.Array.from_buffers(pa.string_view(), len(starts), [None, pa.py_buffer(views), buffer])


def _not_utf8(view: memoryview, data: Any, starts: Any, ends: Any) -> list[int]:
    """Return the rows of lines that are not UTF-8; whole stretches are tested at once."""
    if not len(data) or int(data.max()) < 0x80:
        return []
    bad: list[int] = []
    for first in range(0, len(starts), _ROWS):
        last = min(first + _ROWS, len(starts))
        if not _is_utf8(view[starts[first] : ends[last - 1]]):
            bad += [row for row in range(first, last) if not _is_utf8(view[starts[row] : ends[row]])]
    return bad


def _is_utf8(view: memoryview) -> bool:
    try:
        str(view, "utf-8")
    except UnicodeDecodeError:
        return False
    return True
