"""Cutting bytes into lines, a batch at a time, as Arrow arrays over the same buffer.

Lines end at LF and nowhere else; one CR before it, NULs before a line and a byte order mark at the start
of the source are dropped. Bytes that are not UTF-8 are written as `\\xHH`, on those lines alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pyarrow as pa

from analyzer.errors import SourceError
from analyzer.source.cut import ROWS, SEARCHED, Cut, fill_views, find_cut

BATCH_BYTES = 128 * 1024 * 1024
"""Text of a batch. Smaller batches end in half-filled row groups that DuckDB rewrites at a checkpoint."""

LONGEST_LINE = 256 * 1024 * 1024
"""A line of more bytes than this is an error: memory would be filled with it."""

_MOST_LINES = 2 * 1024 * 1024
"""A batch of more lines than about this is cut into several: of each line some 40 bytes are kept."""

FILE_BITS = 32
"""Among the lines of several files a line's number has its file's place, from 0 on, above these bits."""

_SCHEMA = pa.schema([("line_no", pa.int64()), ("byte_offset", pa.int64()), ("line", pa.string_view())])


class Readable(Protocol):
    """What is read: bytes into a buffer, as many as it holds, fewer only at the end."""

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` and return how many bytes were read."""


@dataclass(frozen=True)
class Chunk:
    """Whole lines of a source: their bytes, and where these start in the decompressed source.

    `ended` says that the source has no more; only then may the last line lack its newline. `cut` is
    where the lines of `data` were found, or of more bytes that begin with it: then all of its own are whole.
    """

    data: memoryview
    offset: int
    ended: bool
    cut: Cut | None = field(default=None, compare=False, repr=False)

    @property
    def complete(self) -> bool:
        """Whether the last line has its newline."""
        return len(self.data) > 0 and self.data[-1] == 0x0A


def read_chunks(source: Readable, offset: int, size: int = BATCH_BYTES) -> Iterator[Chunk]:
    """Read a source from `offset` (bytes, where it stands) in chunks of about `size` bytes of whole lines.

    The first chunk is begun at once, and the next is read, decompressed and cut while the caller works on
    one. A line longer than `size` makes its chunk as long as it is. Raises SourceError, for one longer
    than LONGEST_LINE too.
    """
    chunks = _chunks(source, offset, size)
    pool = ThreadPoolExecutor(1, thread_name_prefix="read")
    return _handed_on(chunks, pool, pool.submit(next, chunks))


def _handed_on(chunks: Iterator[Chunk], pool: ThreadPoolExecutor, pending: Future[Chunk]) -> Iterator[Chunk]:
    with pool:
        while True:
            chunk = pending.result()
            if not chunk.ended:
                pending = pool.submit(next, chunks)
            yield chunk
            if chunk.ended:
                return


def _chunks(source: Readable, offset: int, size: int) -> Iterator[Chunk]:
    rest = memoryview(b"")
    ended = False
    while not ended:
        data, ended = _filled(source, rest, size)
        end = len(data) if ended else _after_last_newline(data)
        rest = data[end:]
        start = 0
        while True:
            cut = find_cut(data[start:end], offset + start == 0, _MOST_LINES)
            piece = data[start : start + cut.size].toreadonly()
            yield Chunk(piece, offset + start, ended and start + cut.size == end, cut)
            start += cut.size
            if start >= end:
                break
        offset += end


def _filled(source: Readable, rest: memoryview, size: int) -> tuple[memoryview, bool]:
    """Read `size` bytes behind `rest`, and go on until a line ends or the source does."""
    # Pages that nothing is read into are never touched: a small source costs little.
    buffer = np.empty(len(rest) + size, dtype=np.uint8).data
    buffer[: len(rest)] = rest
    filled = len(rest)
    while True:
        count = source.readinto(buffer[filled:])
        ended = filled + count < len(buffer)
        filled += count
        if ended or _after_last_newline(buffer):
            return buffer[:filled], ended
        if filled > LONGEST_LINE:
            name = getattr(source, "name", "the source")
            raise SourceError(
                f"{name}: a line is longer than {LONGEST_LINE:,} bytes; a log holds one record a line"
            )
        larger = np.empty(2 * filled, dtype=np.uint8).data
        larger[:filled] = buffer
        buffer = larger


def _after_last_newline(data: memoryview) -> int:
    for stop in range(len(data), 0, -SEARCHED):
        start = max(0, stop - SEARCHED)
        found = bytes(data[start:stop]).rfind(b"\n")
        if found >= 0:
            return start + found + 1
    return 0


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
    cut = chunk.cut or find_cut(chunk.data, chunk.offset == 0)
    count = len(cut.starts)
    if len(chunk.data) < cut.size:
        count = int(np.searchsorted(cut.starts, len(chunk.data)))
    return Lines(list(_batches(chunk, cut, count, first_line, blank)), count)


def cut_files(files: Sequence[memoryview]) -> tuple[Lines, list[int]]:
    """Return the lines of whole small files as those of one batch, without blank ones, and how many each has.

    Line numbers and offsets count from each file's start, the file's place above the number (FILE_BITS).
    """
    cut = [
        cut_lines(Chunk(data, 0, ended=True), (place << FILE_BITS) + 1, blank=False)
        for place, data in enumerate(files)
    ]
    counts = [lines.count for lines in cut]
    return Lines([batch for lines in cut for batch in lines.batches], sum(counts)), counts


def _batches(chunk: Chunk, cut: Cut, count: int, first_line: int, blank: bool) -> Iterator[pa.RecordBatch]:
    numbers = np.arange(first_line, first_line + count, dtype=np.int64)
    starts, views = cut.starts[:count], cut.views[:count]
    bad = cut.bad[cut.bad < count]
    left_out = bad if blank else np.concatenate([bad, cut.blank[cut.blank < count]])
    if len(bad):
        texts = _texts([bytes(chunk.data[cut.texts[row] : cut.ends[row]]) for row in bad])
        yield _batch(numbers[bad], starts[bad] + chunk.offset, texts)
    if len(left_out):
        kept = np.ones(count, dtype=bool)
        kept[left_out] = False
        numbers, starts, views = numbers[kept], starts[kept], views[kept]
    buffer = pa.py_buffer(chunk.data)
    for first in range(0, len(starts), ROWS):
        rows = slice(first, first + ROWS)
        yield _batch(numbers[rows], starts[rows] + chunk.offset, _array(views[rows], buffer))


def _batch(numbers: Any, offsets: Any, lines: pa.Array) -> pa.RecordBatch:
    return pa.RecordBatch.from_arrays([_integers(numbers), _integers(offsets), lines], schema=_SCHEMA)


def _integers(values: Any) -> pa.Array:
    """Lay an Arrow array over int64 values. `pa.array` would do, but imports pandas to look at them."""
    held = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.int64(), len(held), [None, pa.py_buffer(held)])


def _array(views: Any, buffer: pa.Buffer) -> pa.Array:
    held = np.ascontiguousarray(views)
    return pa.Array.from_buffers(pa.string_view(), len(held), [None, pa.py_buffer(held), buffer])


def _texts(lines: list[bytes]) -> pa.Array:
    """Return lines that are not UTF-8 as texts, as an Arrow string view array."""
    values = [line.decode("utf-8", "backslashreplace").encode() for line in lines]
    text = b"".join(values)
    ends = np.cumsum([len(value) for value in values], dtype=np.int64)
    views = np.zeros((len(values), 4), dtype=np.int32)
    fill_views(views, np.frombuffer(text, dtype=np.uint8), ends - [len(value) for value in values], ends)
    return _array(views, pa.py_buffer(text))
