"""Where the lines of a chunk begin and end, and their Arrow views, found while other work goes on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

ROWS = 16_384
"""Rows handed over at once: one big batch of rows would be scanned by one thread."""

SEARCHED = 1024 * 1024
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_INLINE = 12
_SPACE = 0x20
_WHITE_SPACE = b" \t\n\v\f\r"
_FAN = 16


@dataclass(frozen=True)
class Cut:
    """The lines of `size` bytes, CR and LF left out: starts and ends as int64 arrays, and where the text
    begins behind NULs; the views as rows of four int32, and which rows are white space only and which are
    not UTF-8."""

    size: int
    starts: Any
    texts: Any
    ends: Any
    views: Any
    blank: Any
    bad: Any


def find_cut(view: memoryview, is_start: bool, most: int | None = None) -> Cut:
    """Cut bytes at LF; `is_start` says that the source begins here, perhaps with a byte order mark.

    Soon after `most` lines it ends behind a line, and what follows is left for another cut.
    """
    newlines, size = _newlines(np.frombuffer(view, dtype=np.uint8), most)
    view = view[:size]
    data = np.frombuffer(view, dtype=np.uint8)
    starts, ends = _bounds(data, newlines)
    if is_start and len(starts) and bytes(view[:3]) == _BYTE_ORDER_MARK:
        starts[0] += 3
    texts = _behind_nulls(data, starts, ends)
    views = np.zeros((len(starts), 4), dtype=np.int32)
    for first in range(0, len(starts), ROWS):
        rows = slice(first, first + ROWS)
        fill_views(views[rows], data, texts[rows], ends[rows])
    blank, bad = _blank(view, data, texts, ends), _not_utf8(view, data, texts, ends)
    return Cut(len(view), starts, texts, ends, views, blank, bad)


def _newlines(data: Any, most: int | None) -> tuple[Any, int]:
    """Return where the LFs of `data` are, as int64, and how many bytes were looked at for so many lines."""
    # A stretch at a time: the marks of one stretch fit the processor's cache, those of a chunk would not.
    found = [np.empty(0, dtype=np.int64)]
    count = 0
    for at in range(0, len(data), SEARCHED):
        found.append(np.flatnonzero(data[at : at + SEARCHED] == 0x0A) + at)
        count += len(found[-1])
        if most is not None and count > most:
            return np.concatenate(found), int(found[-1][-1]) + 1
    return np.concatenate(found), len(data)


def _bounds(data: Any, newlines: Any) -> tuple[Any, Any]:
    """Return where each line of `data` starts and ends, its CR and LF left out, as int64 arrays."""
    ends = newlines if not len(data) or data[-1] == 0x0A else np.append(newlines, len(data))
    starts = np.empty(len(ends), dtype=np.int64)
    if len(ends):
        starts[0] = 0
        starts[1:] = ends[:-1] + 1
        ends = ends - ((ends > starts) & (data[np.maximum(ends, 1) - 1] == 0x0D))
    return starts, ends


def _behind_nulls(data: Any, starts: Any, ends: Any) -> Any:
    """Return where the text of each line begins: behind NULs, where it has some. A file that was truncated
    while its writer went on, or was being written when the machine stopped, has a hole there."""
    holed = np.flatnonzero(data[np.minimum(starts, len(data) - 1)] == 0) if len(starts) else ()
    if not len(holed):
        return starts
    texts = starts.copy()
    for row in holed:
        told = data[starts[row] : ends[row]] != 0
        texts[row] = starts[row] + told.argmax() if told.any() else max(starts[row], ends[row])
    return texts


def fill_views(views: Any, data: Any, starts: Any, ends: Any) -> None:
    """Fill the rows of an Arrow string view array over `data`, without copying its text.

    A view is 16 bytes: the length, then the text itself up to 12 bytes, or its first four bytes, the
    buffer's number and the offset (Arrow columnar format, "Variable-size Binary View Layout").
    """
    lengths = ends - starts
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


def _blank(view: memoryview, data: Any, starts: Any, ends: Any) -> Any:
    """Return the rows that hold white space only; few need a look."""
    if not len(starts):
        return np.empty(0, dtype=np.int64)
    empty = ends <= starts
    odd = np.flatnonzero(~empty & (data[np.minimum(starts, len(data) - 1)] <= _SPACE))
    for row in odd:
        empty[row] = not bytes(view[starts[row] : ends[row]]).strip(_WHITE_SPACE)
    return np.flatnonzero(empty)


def _not_utf8(view: memoryview, data: Any, starts: Any, ends: Any) -> Any:
    """Return the rows that are not UTF-8: whole stretches are tested, and those that fail in parts."""
    bad: list[int] = []
    if len(data) and int(data.max()) >= 0x80:
        left = [(first, min(first + ROWS, len(starts))) for first in range(0, len(starts), ROWS)]
        while left:
            first, last = left.pop()
            if _is_utf8(view[starts[first] : ends[last - 1]]):
                continue
            if last - first == 1:
                bad.append(first)
            step = -(-(last - first) // _FAN)
            if last - first > 1:
                left += [(part, min(part + step, last)) for part in range(first, last, step)]
    return np.array(sorted(bad), dtype=np.int64)


def _is_utf8(view: memoryview) -> bool:
    """Test bytes as one Arrow text; Python's own decoder would write them out, and stop other threads."""
    ends = np.array([0, len(view)], dtype=np.int64)
    text = pa.Array.from_buffers(pa.large_string(), 1, [None, pa.py_buffer(ends), pa.py_buffer(view)])
    try:
        text.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
