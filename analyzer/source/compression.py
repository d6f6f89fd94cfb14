"""Compressed bytes, known by content and unpacked as a stream: gzip, zstd, bzip2, xz, and UTF-16.

All of them may be made of several parts (members, frames, streams), one behind the other. NULs
between and behind the parts are padding; anything else behind them is refused, never passed over.
"""

from __future__ import annotations

import bz2
import codecs
import lzma
import sys
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

MAGIC_BYTES = 16
"""So many first bytes tell the kind of compression."""

_BLOCK_BYTES = 64 * 1024
_PIECE_BYTES = 1024 * 1024
_XZ_MEMORY = 256 * 1024 * 1024
_BOMB_BYTES = 1024 * 1024 * 1024
_BOMB_RATIO = 1000


class DamagedError(Exception):
    """Compressed bytes or an archive that cannot be unpacked; the text goes on behind the source's name,
    and `remedy` behind what became of the bytes before."""

    def __init__(self, what: str, remedy: str = "") -> None:
        super().__init__(what)
        self.remedy = remedy


class Decompressor(Protocol):
    """One part's decompressor, as the standard library's `bz2` has it."""

    @property
    def eof(self) -> bool:
        """Whether the part has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing more comes out before more goes in."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the part."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """Unpack up to `max_length` bytes."""


@dataclass(frozen=True)
class Compression:
    """A kind of compression: what it is called, how its parts begin, and what unpacks one of them.

    `has_end` says that a part tells its end, so that one without it was cut.
    """

    name: str
    magics: tuple[bytes, ...]
    part: Callable[[], Decompressor]
    has_end: bool = True

    def begins(self, data: bytes) -> bool:
        """Tell whether a part begins here."""
        return any(data[: len(magic)] == magic for magic in self.magics)


class _Gzip:
    """zlib's decompressor, with the manners of the others."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _Utf16:
    """UTF-16, as some Windows shells write it, taken as one more kind of packing."""

    eof = False
    unused_data = b""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-16")("backslashreplace")
        self._left = b""

    @property
    def needs_input(self) -> bool:
        return not self._left

    def decompress(self, data: bytes, max_length: int) -> bytes:
        self._left += self._decoder.decode(data).encode()
        piece, self._left = self._left[:max_length], self._left[max_length:]
        return piece


def _xz() -> Any:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=_XZ_MEMORY)


_SKIPPABLE = tuple(bytes([0x50 + number]) + b"\x2a\x4d\x18" for number in range(16))

COMPRESSIONS = (
    Compression("gzip", (b"\x1f\x8b",), _Gzip),
    Compression("zstd", (b"\x28\xb5\x2f\xfd", *_SKIPPABLE), zstd.ZstdDecompressor),
    Compression(
        "bzip2",
        tuple(
            b"BZh%d" % level + mark
            for level in range(1, 10)
            for mark in (b"1AY&SY", b"\x17\x72\x45\x38\x50\x90")
        ),
        bz2.BZ2Decompressor,
    ),
    Compression("xz", (b"\xfd7zXZ\x00",), _xz),
    Compression("UTF-16", (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE), _Utf16, has_end=False),
)

_UNREAD = {
    b"7z\xbc\xaf\x27\x1c": "a 7z archive",
    b"Rar!\x1a\x07": "a RAR archive",
    b"\x04\x22\x4d\x18": "an lz4 file",
    b"\x1f\x9d": "a file of the old compress",
    b"LZIP": "an lzip file",
    b"\xff\x06\x00\x00sNaPpY": "a snappy file",
}


def compression_of(head: bytes) -> Compression | None:
    """Return how bytes that begin so are compressed, None for plain ones.

    Raises DamagedError for a known kind that is not read.
    """
    for magic, kind in _UNREAD.items():
        if head.startswith(magic):
            raise DamagedError(f"{kind} cannot be read", "unpack it first")
    return next((compression for compression in COMPRESSIONS if compression.begins(head)), None)


class Unpacked:
    """The decompressed bytes of a file, read forward. Raises DamagedError and what the file raises."""

    def __init__(self, file: Any, compression: Compression) -> None:
        self._file = file
        self._compression = compression
        self._part: Decompressor = compression.part()
        self._rest = b""
        self._taken = self._given = 0

    def readinto(self, buffer: memoryview) -> int:
        """Put the next bytes into `buffer`; return how many they are, 0 at the end."""
        while not self._part.eof or self._begin_part():
            data = b""
            if self._part.needs_input:
                data, self._rest = self._rest or self._more(), b""
                if not data and not self._compression.has_end:
                    return 0
                if not data:
                    raise DamagedError(
                        f"the {self._compression.name} file ends too early (cut, or still being written)",
                        "try again when it is whole",
                    )
            piece = self._decompressed(data, min(len(buffer), _PIECE_BYTES))
            if piece:
                buffer[: len(piece)] = piece
                return len(piece)
        return 0

    def _decompressed(self, data: bytes, most: int) -> bytes:
        try:
            piece = self._part.decompress(data, most)
        except (zlib.error, OSError, lzma.LZMAError, zstd.ZstdError, EOFError) as error:
            raise DamagedError(f"the {self._compression.name} file is damaged ({error})") from error
        self._given += len(piece)
        if self._given > _BOMB_BYTES and self._given > _BOMB_RATIO * self._taken:
            raise DamagedError(
                f"the {self._compression.name} file holds over {_BOMB_RATIO} times its size, as a bomb does",
                "unpack it yourself if it is a log",
            )
        return piece

    def _begin_part(self) -> bool:
        """Go on behind a part that has ended; return whether another one follows."""
        rest = self._part.unused_data.lstrip(b"\0")
        while len(rest) < MAGIC_BYTES and (more := self._more()):
            rest = (rest + more).lstrip(b"\0")
        if not rest:
            return False
        if not self._compression.begins(rest):
            raise DamagedError(
                f"behind its end the {self._compression.name} file goes on with something else",
                "unpack it yourself to see what that is",
            )
        self._part = self._compression.part()
        self._rest = rest
        return True

    def _more(self) -> bytes:
        data = bytes(self._file.read(_BLOCK_BYTES))
        self._taken += len(data)
        return data
