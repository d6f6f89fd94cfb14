"""Standard input as a file that grows: what was piped in is held aside until it has been stored."""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any

from analyzer.source.forward import Stream
from analyzer.source.identity import HEAD_BYTES, TAIL_BYTES
from analyzer.source.names import STDIN
from analyzer.source.place import Stat, copied
from analyzer.source.stream import FileSource, Source

_PART_BYTES = 64 * 1024 * 1024
_BLOCK_BYTES = 256 * 1024


class Spool:
    """What comes through a pipe, in temporary files that are given up once they have been stored."""

    name = STDIN
    stat: Stat | None = None
    checked = False

    def __init__(self, pipe: IO[bytes]) -> None:
        self._pipe = pipe
        self._parts: list[tuple[int, IO[bytes]]] = []
        self._head = b""
        self._lock = threading.Lock()
        self.size = 0
        self.has_ended = False
        threading.Thread(target=self._fill, name="pipe", daemon=True).start()

    def source(self) -> Source:
        """Return what has come so far as a source; not all of it can be read again after `give_up`."""
        return FileSource(self)

    def give_up(self, offset: int) -> None:
        """Forget what lies before `offset`, all but what tells the source's identity."""
        with self._lock:
            while len(self._parts) > 1 and self._parts[1][0] <= offset - TAIL_BYTES:
                self._parts.pop(0)[1].close()

    @contextmanager
    def opened(self, offset: int = 0) -> Iterator[Any]:
        """Open what has come so far, from `offset` on."""
        yield _View(self, offset)

    @contextmanager
    def whole(self) -> Iterator[IO[bytes]]:
        """Open a copy of what has come so far. Raises SourceError."""
        with self.opened() as file, copied(Stream(self.name, file)) as copy:
            yield copy

    def read_into(self, buffer: memoryview, offset: int) -> int:
        """Put bytes from `offset` into `buffer`; return how many they are, 0 where no more have come."""
        with self._lock:
            if offset < len(self._head):
                piece = self._head[offset : offset + len(buffer)]
                buffer[: len(piece)] = piece
                return len(piece)
            for start, file in reversed(self._parts):
                if start <= offset:
                    end = min(len(buffer), self.size - offset)
                    return os.preadv(file.fileno(), [buffer[:end]], offset - start) if end > 0 else 0
        return 0

    def _fill(self) -> None:
        try:
            while data := os.read(self._pipe.fileno(), _BLOCK_BYTES):
                self._add(data)
        except OSError:
            pass
        self.has_ended = True

    def _add(self, data: bytes) -> None:
        with self._lock:
            if not self._parts or self.size - self._parts[-1][0] >= _PART_BYTES:
                self._parts.append((self.size, tempfile.TemporaryFile(buffering=0)))  # noqa: SIM115
            if len(self._head) < HEAD_BYTES:
                self._head += data[: HEAD_BYTES - len(self._head)]
            self._parts[-1][1].write(data)
            self.size += len(data)


class _View:
    """What has come so far, from an offset on, with a place of its own."""

    def __init__(self, spool: Spool, offset: int) -> None:
        self._spool = spool
        self._offset = offset

    def readinto(self, buffer: memoryview) -> int:
        """Put the next bytes into `buffer`; return how many they are, 0 where no more have come."""
        count = self._spool.read_into(buffer, self._offset)
        self._offset += count
        return count
