"""A tar archive read forward, once, as from a tape; what ends too early or goes on behind its end is said."""

from __future__ import annotations

import tarfile
from collections.abc import Iterator
from typing import Any

from analyzer.errors import SourceError
from analyzer.source.compression import DamagedError

BLOCK_BYTES = 512

_NULS = bytes(BLOCK_BYTES)
_SEARCHED = 1024 * 1024


class Tape:
    """The files of a tar archive, one behind the other. `is_broken` says that reading one of them failed."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._place = 0
        self._last_block = b""
        self.is_broken = False

    def files(self) -> Iterator[tuple[tarfile.TarInfo, Any]]:
        """Give each file, link and device with its bytes, to be read before the next. Raises DamagedError."""
        try:
            with tarfile.TarFile(fileobj=self, mode="r", errors="surrogateescape") as archive:  # type: ignore[arg-type]
                while (info := archive.next()) is not None:
                    # Every file would be remembered otherwise, however many there are.
                    archive.members = []  # type: ignore[attr-defined]
                    if not info.isdir():
                        yield info, archive.extractfile(info) if info.isreg() else None
        except (tarfile.TarError, ValueError, OSError, OverflowError, RecursionError) as error:
            self.is_broken = True
            raise DamagedError(f"the tar file is damaged or cut ({error})") from error

    def check_end(self) -> None:
        """Raise DamagedError unless the archive has ended where it says so, and nothing follows."""
        if self._last_block != _NULS:
            raise DamagedError("the tar file ends too early (cut, or still being written)")
        while block := self._stream.read(_SEARCHED):
            if block.strip(b"\0"):
                raise DamagedError("behind its end the tar file goes on with something else")

    def tell(self) -> int:
        """Return how many bytes were read or passed."""
        return self._place

    def seek(self, place: int) -> int:
        """Go forward to `place`."""
        if place < self._place:
            raise tarfile.ReadError("it leads back to what was read")
        self._place += self._guarded(self._stream.skip, place - self._place)
        return self._place

    def read(self, count: int) -> bytes:
        """Read `count` bytes, fewer only at the end."""
        data: bytes = self._guarded(self._stream.read, count)
        self._place += len(data)
        if count == BLOCK_BYTES:
            self._last_block = data
        return data

    def _guarded(self, read: Any, count: int) -> Any:
        try:
            return read(count)
        except SourceError:
            self.is_broken = True
            raise
