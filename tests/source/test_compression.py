"""Unpacking: any bytes, in any parts, read in pieces of any size; damage is one line and never a guess."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.source.compression import DamagedError, Unpacked, compression_of

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

PACK: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, 1),
    "zstd": lambda data: zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1}),
    "bzip2": bz2.compress,
    "xz": lambda data: lzma.compress(data, preset=0),
}
TEXT = b"".join(b"line %06d of a log\n" % number for number in range(20_000))


def unpacked(data: bytes, size: int = 1 << 16, kind: str | None = None) -> bytes:
    """Unpack by content (or as a kind), reading pieces of a size."""
    compression = compression_of(PACK[kind](b"") if kind else data)
    assert compression is not None
    stream = Unpacked(io.BytesIO(data), compression)
    buffer = memoryview(bytearray(size))
    found = bytearray()
    while count := stream.readinto(buffer):
        found += buffer[:count]
    return bytes(found)


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from(sorted(PACK)),
    parts=st.lists(st.binary(max_size=200), min_size=1, max_size=5),
    size=st.integers(1, 300),
    padding=st.sampled_from([0, 4, 512]),
)
def test_any_bytes_in_any_parts(kind: str, parts: list[bytes], size: int, padding: int) -> None:
    """Parts follow one another, with NULs between and behind them, whatever the size of the pieces."""
    packed = (b"\0" * padding).join([*(PACK[kind](part) for part in parts), b""])
    assert unpacked(packed, size) == b"".join(parts)


@pytest.mark.parametrize("kind", PACK)
class TestEachKind:
    """What holds of every kind of compression."""

    def test_much_in_many_parts(self, kind: str) -> None:
        """Thousands of lines, a few to a part."""
        packed = b"".join(PACK[kind](TEXT[start : start + 1000]) for start in range(0, len(TEXT), 1000))
        assert unpacked(packed) == TEXT

    def test_cut_anywhere(self, kind: str) -> None:
        """A file that lacks its end says so, and says to try again, wherever it was cut."""
        packed = PACK[kind](TEXT)
        for length in {6, 20, len(packed) // 2, len(packed) - 9, len(packed) - 1}:
            with pytest.raises(DamagedError, match=f"{kind} file ends too early") as caught:
                unpacked(packed[:length], kind=kind)
            assert "whole" in caught.value.remedy

    def test_something_else_behind_the_end(self, kind: str) -> None:
        """Bytes that are no further part are never passed over in silence."""
        for rest in (b"a line\n", b"\0\0\0\0a line\n", b"x"):
            with pytest.raises(DamagedError, match=f"behind its end the {kind} file"):
                unpacked(PACK[kind](TEXT) + rest)

    def test_damage_is_never_text(self, kind: str) -> None:
        """A changed byte is told, or harmless; nothing else ever comes out, and nothing else is raised."""
        packed, chance = PACK[kind](TEXT), random.Random(7)
        for _ in range(60):
            damaged = bytearray(packed)
            damaged[chance.randrange(6, len(packed))] ^= 1 << chance.randrange(8)
            try:
                found = unpacked(bytes(damaged))
            except DamagedError:
                continue
            # gzip's head holds a name and a time that nothing depends on.
            assert found == TEXT


def test_frames_that_hold_nothing() -> None:
    """A zstd file may begin with a frame to be passed over, as parallel compressors write it."""
    skippable = b"\x50\x2a\x4d\x18" + (4).to_bytes(4, "little") + b"abcd"
    assert unpacked(skippable + PACK["zstd"](b"a line\n") + skippable) == b"a line\n"


@settings(max_examples=100, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs"]), max_size=200).filter(
        lambda text: text[:1] != "\ufeff"
    ),
    order=st.sampled_from(["le", "be"]),
    size=st.integers(1, 300),
)
def test_utf_16(text: str, order: str, size: int) -> None:
    """What begins with UTF-16's mark is read as UTF-8; half a sign at its end is still being written."""
    data = f"\ufeff{text}".encode(f"utf-16-{order}")
    assert unpacked(data, size) == text.encode()
    assert unpacked(data + b"x", size) == text.encode()


@pytest.mark.parametrize(
    ("head", "kind"),
    [(b"7z\xbc\xaf\x27\x1c\0", "7z"), (b"Rar!\x1a\x07\x01", "RAR"), (b"\x04\x22\x4d\x18", "lz4")],
)
def test_kinds_that_are_not_read(head: bytes, kind: str) -> None:
    """They are named, with what to do."""
    with pytest.raises(DamagedError, match=kind) as caught:
        compression_of(head)
    assert "unpack it" in caught.value.remedy


@pytest.mark.parametrize("head", [b"", b"\x1f", b"BZh9 is how this log begins", b"PK", b"plain text\n"])
def test_plain_text_is_plain(head: bytes) -> None:
    """What only looks like a beginning is none."""
    assert compression_of(head) is None


def test_a_bomb(monkeypatch: pytest.MonkeyPatch) -> None:
    """What unpacks to more than a thousand times its size is refused before it fills anything."""
    monkeypatch.setattr("analyzer.source.compression._BOMB_BYTES", 10_000_000)
    with pytest.raises(DamagedError, match="bomb"):
        unpacked(lzma.compress(b"\n" * 30_000_000))
