"""Bytes read forward, whatever they come from; what goes wrong is told with the source's name."""

from __future__ import annotations

from typing import Any

from analyzer.errors import SourceError
from analyzer.source.compression import DamagedError


class Stream:
    """Bytes read forward; every failure is a SourceError that names the source.

    `undone` says what becomes of the bytes before a damage.
    """

    def __init__(
        self, name: str, file: Any, before: bytes = b"", undone: str = "nothing of it was taken"
    ) -> None:
        self.name = name
        self._file = file
        self._before = memoryview(before)
        self.undone = undone

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
        except DamagedError as error:
            after = f", {error.remedy}" if error.remedy else ""
            raise SourceError(f"{self.name}: {error}; {self.undone}{after}") from error
        except OSError as error:
            raise SourceError(f"{self.name}: cannot be read ({error.strerror or error})") from error
        return filled

    def read(self, count: int) -> bytes:
        """Read up to `count` bytes."""
        buffer = bytearray(count)
        return bytes(buffer[: self.readinto(memoryview(buffer))])

    def skip(self, count: int) -> int:
        """Read past `count` bytes; return how many there were."""
        scratch = memoryview(bytearray(min(count, 1 << 20)))
        left = count
        while left and (done := self.readinto(scratch[: min(left, len(scratch))])):
            left -= done
        return count - left


class Begun:
    """The first bytes of a stream, as many as were asked for."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self.held = b""

    def read(self, count: int) -> bytes:
        """Return so many bytes from its beginning, or all that there are."""
        if count > len(self.held):
            self.held += self._stream.read(count - len(self.held))
        return self.held[:count]
