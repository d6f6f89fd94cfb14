"""Opening sources: compression by content, failures in one line, and samples from all over a file."""

from __future__ import annotations

import gzip
import os
import threading
from pathlib import Path

import pytest

from analyzer.errors import SourceError
from analyzer.source.open import open_source
from analyzer.source.sample import sample_lines

DATA = b"".join(b"line %06d of a log\n" % number for number in range(60_000))


@pytest.fixture(params=["plain", "gzip", "members"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """The same bytes, plain, compressed, and compressed in members."""
    packed = {
        "plain": DATA,
        "gzip": gzip.compress(DATA, 1),
        "members": gzip.compress(DATA[:777], 1) + gzip.compress(DATA[777:], 1),
    }
    path = tmp_path / "log"
    path.write_bytes(packed[request.param])
    return path


def test_bytes_from_anywhere(path: Path) -> None:
    """Offsets count decompressed bytes."""
    source = open_source(str(path))
    assert source.head() == DATA[:4096]
    assert source.read_at(500_000, 100) == DATA[500_000:500_100]
    assert source.read_at(len(DATA) - 5, 100) == DATA[-5:]
    assert source.read_at(len(DATA), 1) == b""
    with source.stream(1000) as stream:
        assert stream.read(len(DATA)) == DATA[1000:]


def test_sample_lines_are_whole(path: Path) -> None:
    """Lines for telling a format are whole lines of the file."""
    lines = sample_lines(open_source(str(path)))
    whole = set(DATA.decode().splitlines())
    assert 100 < len(lines) <= 4000
    assert set(lines) <= whole


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(DATA)[:-9], "ends too early"),
        (gzip.compress(DATA)[:-8] + bytes(8), "is damaged"),
        (b"\x1f\x8b\x08", "ends too early"),
        (b"\x1f\x8bnothing of the kind", "is damaged"),
    ],
)
def test_a_damaged_gzip_is_named(tmp_path: Path, data: bytes, reason: str) -> None:
    """One line says which file and what is wrong with it."""
    path = tmp_path / "a.gz"
    path.write_bytes(data)
    with pytest.raises(SourceError, match=reason) as caught:
        open_source(str(path)).read_at(0, len(DATA) + 1)
    assert str(path) in str(caught.value)


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    """A file that cannot be opened is one line."""
    with pytest.raises(SourceError, match="cannot be read"):
        open_source(str(tmp_path / "gone"))


def test_a_named_pipe_is_read_once(tmp_path: Path) -> None:
    """A pipe, such as a shell's `<(...)`, loses no byte to being looked at."""
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_bytes, args=(DATA,))
    writer.start()
    source = open_source(str(path))
    assert source.head() == DATA[:4096]
    with source.stream() as stream:
        assert stream.read(len(DATA) + 1) == DATA
    writer.join()
