"""Where a source's bytes lie as they are: a file of this machine, or a temporary copy of what cannot seek."""

from __future__ import annotations

import tempfile
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
    """A file of this machine. Raises SourceError where it is not there."""

    checked = False

    def __init__(self, path: str) -> None:
        self.name = shown(path)
        self._path = Path(path)
        try:
            stat = self._path.stat()
        except OSError as error:
            raise SourceError(
                f"{self.name}: cannot be read ({error.strerror}); check its permissions"
            ) from error
        self.stat: Stat | None = (stat.st_ino, stat.st_size, stat.st_mtime_ns)

    @contextmanager
    def opened(self, offset: int = 0) -> Iterator[IO[bytes]]:
        """Open the file at `offset`. Raises SourceError."""
        try:
            file = self._path.open("rb")
        except OSError as error:
            raise SourceError(
                f"{self.name}: cannot be read ({error.strerror}); check its permissions"
            ) from error
        with file:
            file.seek(offset)
            yield file

    whole = opened


def copied(stream: Any) -> IO[bytes]:
    """Return a temporary file, gone when it is closed, that holds what is left of a stream."""
    copy = tempfile.TemporaryFile()  # noqa: SIM115 - the caller closes it
    while block := stream.read(_BLOCK_BYTES):
        copy.write(block)
    copy.seek(0)
    return copy
