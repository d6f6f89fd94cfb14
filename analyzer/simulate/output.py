"""Files that appear whole or not at all."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from analyzer.errors import DeliveryError, UsageError

_PART = ".part"


def refuse_existing(paths: Sequence[Path]) -> None:
    """Raise UsageError where one of the files exists."""
    for path in paths:
        if path.exists():
            raise UsageError(f"{path} exists already; choose another place, or add --force to replace it")


def write_text(path: Path, text: str) -> None:
    """Write a small file in one step. Raises DeliveryError."""
    with LogFile(path) as file:
        file.write(text.encode())


class LogFile:
    """A file of bytes, compressed where its name ends in .gz, that takes its name when it is finished.

    The same bytes give the same file: a compressed one bears no time and no name.
    """

    def __init__(self, path: Path) -> None:
        # A link's file is replaced, not the link; a device or a pipe is written to as it is.
        self._path = Path(os.path.realpath(path))
        self._is_beside = path.is_file() or path.is_dir() or not path.exists()
        self._part = self._path.with_name(self._path.name + _PART) if self._is_beside else path

    def __enter__(self) -> Self:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._raw: BinaryIO = self._part.open("wb")
        except OSError as error:
            raise _refusal(self._path, error) from error
        self._file: BinaryIO | gzip.GzipFile = self._raw
        if self._path.suffix == ".gz":
            self._file = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=self._raw, mtime=0)
        return self

    def write(self, data: bytes) -> None:
        """Append bytes. Raises DeliveryError where the disk refuses them."""
        try:
            self._file.write(data)
        except OSError as error:
            raise _refusal(self._path, error) from error

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._file.close()
            self._raw.close()
            if kind is None and self._is_beside:
                self._part.replace(self._path)
        except OSError as refused:
            raise _refusal(self._path, refused) from refused
        finally:
            self._raw.close()
            if self._is_beside:
                self._part.unlink(missing_ok=True)


def _refusal(path: Path, error: OSError) -> DeliveryError:
    return DeliveryError(f"{path} cannot be written: {error.strerror or error}; choose another place")
