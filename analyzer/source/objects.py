"""Cutting a JSON document into the objects that become lines, a block of bytes at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from analyzer.source.compression import DamagedError

_LONGEST = 256 * 1024 * 1024
_LONGEST_GAP = 1024 * 1024
_BLANKS = b" \t\r\n"
_SEPARATORS = b" \t\r\n,[]"

_OPEN, _CLOSE = 1, -1
_KINDS = np.zeros(256, dtype=np.int8)
_KINDS[list(b"{[")] = _OPEN
_KINDS[list(b"}]")] = _CLOSE
_QUOTE, _BACKSLASH, _BRACE = ord('"'), ord("\\"), ord("{")


@dataclass
class ObjectCutter:
    """Cuts the blocks of a document, and knows between them where it stands.

    `base` is in how many lists and objects those stand that are wanted. What is none of them, and what
    they stand in, is left out.
    """

    base: int
    depth: int = 0
    in_text: bool = False
    is_escaped: bool = False
    before: int = 0
    """The last byte that is not blank."""

    def __post_init__(self) -> None:
        self._begun: list[bytes] = []
        self._length = 0
        self._gap = b""

    def end(self) -> bytes:
        """Return what is left at the document's end: other text, and the object that has not ended."""
        return self._other_text() + self._rest()

    def _rest(self) -> bytes:
        return b"".join(self._begun)

    def cut(self, block: bytes) -> bytes:
        """Return the lines of the objects that end in a block."""
        flat = block.replace(b"\n", b" ").replace(b"\r", b" ")
        starts, ends = self._bounds(np.frombuffer(block, dtype=np.uint8), flat)
        pieces: list[bytes] = []
        done = 0
        if self._begun and ends.size and (not starts.size or ends[0] < starts[0]):
            done = int(ends[0]) + 1
            pieces.append(self._rest() + flat[:done] + b"\n")
            self._begun, self._length, ends = [], 0, ends[1:]
        for start, end in zip(starts, ends, strict=False):
            self._between(block[done:start], pieces)
            pieces.append(flat[start : end + 1] + b"\n")
            done = end + 1
        if self._begun:
            self._hold(flat)
        elif len(starts) > len(ends):
            self._between(block[done : starts[-1]], pieces)
            self._hold(flat[starts[-1] :])
        else:
            self._gap += block[done:]
        if len(self._gap) > _LONGEST_GAP:
            pieces.append(self._other_text())
        return b"".join(pieces)

    def _between(self, text: bytes, pieces: list[bytes]) -> None:
        """Take what stands before an object: commas and brackets, or other text, as its own lines."""
        if self._gap or text.strip(_SEPARATORS):
            self._gap += text
            pieces.append(self._other_text())

    def _other_text(self) -> bytes:
        """Return the lines of what stood between objects; what they stand in themselves is none."""
        gap, self._gap = self._gap, b""
        if self.base > 1:
            return b""
        return b"".join(line + b"\n" for line in gap.split(b"\n") if line.strip(_SEPARATORS))

    def _hold(self, piece: bytes) -> None:
        self._begun.append(piece)
        self._length += len(piece)
        if self._length > _LONGEST:
            raise DamagedError(
                f"an object of the JSON document is longer than {_LONGEST:,} bytes: each is a record of a log"
            )

    def _bounds(self, codes: Any, flat: bytes) -> tuple[Any, Any]:
        """Return where the objects of a block that become lines start and end."""
        places = np.flatnonzero(_KINDS[codes])
        quotes = self._quotes(codes)
        within = (np.searchsorted(quotes, places) + self.in_text) % 2
        places = places[within == 0]
        steps = _KINDS[codes[places]]
        depths = self.depth + np.cumsum(steps, dtype=np.int64)
        opened = (steps == _OPEN) & (depths == self.base + 1) & (codes[places] == _BRACE)
        starts = [place for place in places[opened].tolist() if self._stands_free(flat, place)]
        if len(places):
            self.depth = int(depths[-1])
        self.in_text = bool((len(quotes) + self.in_text) % 2)
        ends = self._ends(places[(steps == _CLOSE) & (depths == self.base)], starts)
        last = flat.rstrip()
        self.before = last[-1] if last else self.before
        return np.array(starts, dtype=np.int64), ends

    def _ends(self, closed: Any, starts: list[int]) -> Any:
        """Return the ends of the objects that started, here or in a block before."""
        first = np.searchsorted(closed, starts)
        mine = closed[first[first < len(closed)]] if len(starts) else closed[:0]
        if self._begun and len(closed):
            return np.concatenate([closed[:1], mine])
        return mine

    def _stands_free(self, flat: bytes, place: int) -> bool:
        """Tell whether an object stands in a list or by itself, and is no member's value."""
        at = place - 1
        while at >= 0 and flat[at] in _BLANKS:
            at -= 1
        return (flat[at] if at >= 0 else self.before) != ord(":")

    def _quotes(self, codes: Any) -> Any:
        """Return where texts begin and end: at quotes that no backslash stands before."""
        quotes = np.flatnonzero(codes == _QUOTE)
        slashes = np.flatnonzero(codes == _BACKSLASH)
        was_escaped, self.is_escaped = self.is_escaped, False
        if was_escaped and len(codes):
            # The block before ended in a backslash: what it escapes is the first byte of this one.
            quotes, slashes = quotes[quotes > 0], slashes[slashes > 0]
        if not len(slashes):
            return quotes
        firsts = np.flatnonzero(np.diff(slashes, prepend=-2) > 1)
        lengths = np.diff(firsts, append=len(slashes))
        odd = slashes[firsts[lengths % 2 == 1]] + lengths[lengths % 2 == 1]
        self.is_escaped = bool(len(odd) and odd[-1] == len(codes))
        return quotes[~np.isin(quotes, odd, assume_unique=True)]
