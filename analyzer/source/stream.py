"""Opening a source as a stream of decompressed bytes; compression is known by content, not by name."""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from analyzer.errors import SourceError
from analyzer.source.find import STDIN
from analyzer.source.identity import HEAD_BYTES

_GZIP_MAGIC = b"\x1f\x8b"
_PEEK_BYTES = 256 * 1024
_BLOCKS = 16
_BLOCK_BYTES = 32 * 1024


class Stream:
    """Decompressed bytes, read forward; every failure is a SourceError that names the source."""

    def __init__(self, name: str, file: Any, before: bytes = b"") -> None:
        self._name = name
        self._file = file
        self._before = memoryview(before)

    def readinto(self, buffer: memoryview) -> int:
        """Fill `buffer` as far as the source goes; return how many bytes were read, 0 at its end."""
        filled = min(len(self._before), len(buffer))
        buffer[:filled] = self._before[:filled]
        self._before = self._before[filled:]
        try:
            while filled < len(buffer):
                count = self._file.readinto(buffer[filled:])
                if not count:
                    break
                filled += count
        except EOFError as error:
            raise SourceError(
                f"{self._name}: the gzip file ends too early (cut, or still being written); "
                "nothing of it was taken, try again when it is whole"
            ) from error
        except (gzip.BadGzipFile, zlib.error) as error:
            raise SourceError(
                f"{self._name}: the gzip file is damaged ({error}); nothing of it was taken"
            ) from error
        except OSError as error:
            raise SourceError(f"{self._name}: cannot be read ({error.strerror or error})") from error
        return filled

    def read(self, count: int) -> bytes:
        """Read up to `count` bytes."""
        buffer = bytearray(count)
        return bytes(buffer[: self.readinto(memoryview(buffer))])

    def skip(self, count: int) -> None:
        """Read past `count` bytes."""
        scratch = memoryview(bytearray(min(count, 1 << 20)))
        while count:
            done = self.readinto(scratch[: min(count, len(scratch))])
            if not done:
                return
            count -= done


class FileSource:
    """A file, plain or compressed with gzip. `stat` is its inode, size in bytes and time of change in ns."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._path = Path(name)
        with self._opened() as file:
            self.compressed = file.read(2) == _GZIP_MAGIC
        stat = self._path.stat()
        self.stat: tuple[int, int, int] | None = (stat.st_ino, stat.st_size, stat.st_mtime_ns)

    @contextmanager
    def stream(self, offset: int = 0) -> Iterator[Stream]:
        """Open the decompressed bytes from `offset` on. Raises SourceError."""
        with self._opened() as file:
            if self.compressed:
                stream = Stream(self.name, gzip.GzipFile(fileobj=file))
                stream.skip(offset)
            else:
                file.seek(offset)
                stream = Stream(self.name, file)
            yield stream

    def head(self) -> bytes:
        """Return the first bytes, as many as an identity needs."""
        return self.read_at(0, HEAD_BYTES)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` decompressed bytes from `offset`."""
        with self.stream(offset) as stream:
            return stream.read(length)

    def sample(self) -> list[bytes]:
        """Return blocks of bytes spread over the file (its beginning, where it is compressed)."""
        size = self.stat[1] if self.stat else 0
        if self.compressed or size <= _PEEK_BYTES:
            return [self.read_at(0, _PEEK_BYTES)]
        step = (size - _BLOCK_BYTES) // (_BLOCKS - 1)
        return [self.read_at(step * block, _BLOCK_BYTES) for block in range(_BLOCKS)]

    @contextmanager
    def _opened(self) -> Iterator[IO[bytes]]:
        try:
            file = self._path.open("rb")
        except OSError as error:
            raise SourceError(
                f"{self.name}: cannot be read ({error.strerror}); check its permissions"
            ) from error
        with file:
            yield file


class PipeSource:
    """Standard input, or a named pipe. Its first bytes are held; all of it is kept aside only when it
    must be read twice."""

    def __init__(self, name: str, raw: Any) -> None:
        self.name = name
        self.stat: tuple[int, int, int] | None = None
        self.compressed = raw.peek(2)[:2] == _GZIP_MAGIC if isinstance(raw, io.BufferedReader) else False
        self._rest = Stream(name, gzip.GzipFile(fileobj=raw) if self.compressed else raw)
        self._held = self._rest.read(_PEEK_BYTES)
        self._copy: IO[bytes] | None = None

    @contextmanager
    def stream(self, offset: int = 0) -> Iterator[Stream]:
        """Open the bytes from `offset` on; more than once only after `read_at`."""
        if self._copy is not None or offset:
            copy = self._kept()
            copy.seek(offset)
            yield Stream(self.name, copy)
        else:
            yield Stream(self.name, _Rest(self._rest), self._held)

    def head(self) -> bytes:
        """Return the first bytes, as many as an identity needs."""
        return self._held[:HEAD_BYTES]

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; the pipe is kept in a temporary file for that."""
        copy = self._kept()
        copy.seek(offset)
        return copy.read(length)

    def sample(self) -> list[bytes]:
        """Return the first bytes."""
        return [self._held]

    def _kept(self) -> IO[bytes]:
        if self._copy is None:
            self._copy = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the source
            self._copy.write(self._held)
            while block := self._rest.read(1 << 20):
                self._copy.write(block)
        return self._copy


class _Rest:
    """A stream under another stream's held bytes."""

    def __init__(self, stream: Stream) -> None:
        self.readinto = stream.readinto


Source = FileSource | PipeSource


def open_source(name: str) -> Source:
    """Open the source `name`; `-` is standard input. Raises SourceError where it cannot be read."""
    if name == STDIN:
        return PipeSource(STDIN, sys.stdin.buffer)
    path = Path(name)
    if path.exists() and not path.is_file():
        # A pipe (a shell's `<(...)` too) can be opened once and read once.
        try:
            return PipeSource(name, path.open("rb"))
        except OSError as error:
            raise SourceError(f"{name}: cannot be read ({error.strerror}); check its permissions") from error
    return FileSource(name)


def sample_lines(source: Source, most: int = 1000) -> list[str]:
    """Return up to `most` whole lines spread over the source, for telling its format."""
    blocks = source.sample()
    lines: list[str] = []
    for number, block in enumerate(blocks):
        pieces = block.removeprefix(b"\xef\xbb\xbf").split(b"\n")
        # A block from the middle begins and ends within a line.
        whole = pieces[1 if number else 0 : -1] or pieces
        lines += [
            piece.decode("utf-8", "backslashreplace").rstrip("\r") for piece in whole[: most // len(blocks)]
        ]
    return [line for line in lines if line.strip()]
