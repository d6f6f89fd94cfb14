"""Where a source's bytes lie as they are: a file of this machine, or a temporary copy of what cannot seek."""

from __future__ import annotations

import os
import tempfile
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from analyzer.errors import SourceError
from analyzer.source.names import shown

Stat = tuple[int, int, int]
"""A file's inode, size in bytes and time of change in nanoseconds."""

_BLOCK_BYTES = 1024 * 1024


class Place(Protocol):
    """Bytes that can be opened more than once.

    `stat` tells whether they changed; `checked` says that damage may show only after some of them were
    read, as inside an archive.
    """

    name: str
    stat: Stat | None
    checked: bool

    @contextmanager
    def opened(self, offset: int = 0) -> Iterator[Any]:
        """Open the bytes from `offset` on, to be read forward. Raises SourceError."""

    @contextmanager
    def whole(self) -> Iterator[IO[bytes]]:
        """Open the bytes so that any part can be read. Raises SourceError."""


class LocalFile:
    """A file of this machine. Raises SourceError where it is not there.

    It is opened once, when it is needed, and stays the same file whatever happens to its name. `file`
    is its descriptor where it is open already; then its owner closes it.
    """

    checked = False

    def __init__(self, path: str, file: int | None = None) -> None:
        self.name = shown(path)
        self._path = Path(path)
        self._file = file
        try:
            stat = self._path.stat() if file is None else os.fstat(file)
        except OSError as error:
            raise self._unreadable(error) from error
        self.stat: Stat | None = (stat.st_ino, stat.st_size, stat.st_mtime_ns)

    @contextmanager
    def opened(self, offset: int = 0) -> Iterator[_View]:
        """Open the file at `offset`. Raises SourceError."""
        yield _View(self._descriptor(), offset)

    @contextmanager
    def whole(self) -> Iterator[IO[bytes]]:
        """Open the file so that any part can be read. Raises SourceError."""
        with os.fdopen(os.dup(self._descriptor()), "rb") as file:
            file.seek(0)
            yield file

    def _descriptor(self) -> int:
        if self._file is None:
            try:
                self._file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError as error:
                raise self._unreadable(error) from error
            weakref.finalize(self, os.close, self._file)
        return self._file

    def _unreadable(self, error: OSError) -> SourceError:
        return SourceError(f"{self.name}: cannot be read ({error.strerror}); check its permissions")


class _View:
    """An open file from an offset on, with a place of its own."""

    def __init__(self, file: int, offset: int) -> None:
        self._file = file
        self._offset = offset

    def readinto(self, buffer: memoryview) -> int:
        """Put the next bytes into `buffer`; return how many they are, 0 at the end."""
        count = os.preadv(self._file, [buffer], self._offset)
        self._offset += count
        return count


def copied(stream: Any) -> IO[bytes]:
    """Return a temporary file, gone when it is closed, that holds what is left of a stream."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    while block := stream.read(_BLOCK_BYTES):
        copy.write(block)
    copy.seek(0)
    return copy
