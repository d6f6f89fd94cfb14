"""The small picture of a period: a PNG of bars, written here, for a mail that loads nothing."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping, Sequence
from typing import Any

WIDTH, HEIGHT = 640, 112
"""Twice the size at which it is shown, for sharp screens."""

_GAP = 4
_BLANK, _REQUESTS, _FAILURES, _LINE = range(4)
# Middle tones that stand out on white and on black alike; what is blank is transparent.
_COLOURS = bytes([0, 0, 0, 0x9A, 0xA8, 0xB8, 0xD6, 0x40, 0x4E, 0x7C, 0x86, 0x92])
_OPACITY = bytes([0, 150, 255, 255])


def picture(bars: Sequence[Mapping[str, Any]]) -> bytes:
    """Return a PNG: grey bars for the requests, red ones in front for the failures, each to its own scale."""
    rows = [bytearray(WIDTH) for _ in range(HEIGHT)]
    most = {name: max((bar[name] for bar in bars), default=0) or 1 for name in ("requests", "failures")}
    for number, bar in enumerate(bars):
        left = number * WIDTH // len(bars) + _GAP // 2
        right = (number + 1) * WIDTH // len(bars) - _GAP // 2
        _fill(rows, left, right, bar["requests"] / most["requests"], _REQUESTS)
        narrow = (right - left) // 4
        _fill(rows, left + narrow, right - narrow, bar["failures"] / most["failures"], _FAILURES)
    rows[-1][:] = rows[-2][:] = bytes([_LINE]) * WIDTH
    return _png(rows)


def _fill(rows: list[bytearray], left: int, right: int, part: float, colour: int) -> None:
    # What happened at all is seen: it has three rows of pixels at least.
    height = max(round(part * (HEIGHT - 4)), 3) if part else 0
    for row in rows[HEIGHT - 2 - height : HEIGHT - 2]:
        row[left:right] = bytes([colour]) * (right - left)


def _png(rows: Sequence[bytearray]) -> bytes:
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    # Each row is led by its filter: none.
    pixels = zlib.compress(b"".join(b"\0" + bytes(row) for row in rows), 9)
    chunks = ((b"IHDR", head), (b"PLTE", _COLOURS), (b"tRNS", _OPACITY), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, content) for name, content in chunks)


def _chunk(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))
