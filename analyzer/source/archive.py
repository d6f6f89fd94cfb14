"""Archives of logs: each file in a zip or tar archive is a source of its own, `ARCHIVE!file`."""

from __future__ import annotations

import hashlib
import posixpath
import stat as modes
import tarfile
import zipfile
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import IO, Any

from analyzer.errors import SourceError
from analyzer.source.compression import DamagedError
from analyzer.source.forward import Stream
from analyzer.source.named import is_hidden, is_log_name
from analyzer.source.names import MEMBER_MARK, shown
from analyzer.source.place import Stat, copied
from analyzer.source.sample import sample_lines
from analyzer.source.stream import RAW_BYTES, FileSource, PipeSource, Source
from analyzer.source.tape import BLOCK_BYTES, Tape

_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_BOMB_BYTES = 1024 * 1024 * 1024
_BOMB_RATIO = 1000
_LAST_SECOND = 1 << 33


@dataclass
class Archive:
    """An archive: its files as sources, in their order, each to be read before the next is asked for.

    What cannot be read comes as the SourceError that says so. `passed_over` names what is no log, once
    the files have been gone through.
    """

    name: str
    stat: Stat | None
    members: Callable[[list[str]], Iterator[Source | SourceError]]
    passed_over: list[str] = field(default_factory=list)

    def __iter__(self) -> Iterator[Source | SourceError]:
        return self.members(self.passed_over)


def is_archive(source: Source) -> bool:
    """Tell whether a source is an archive, by its first bytes. Raises SourceError."""
    return _is_zip(source) or _is_tar(source)


def archive_in(source: Source) -> Archive | None:
    """Return a source's archive, None where it is a log. Raises SourceError."""
    if _is_zip(source):
        return Archive(source.name, source.stat, lambda others: _zip_members(source, others))
    if _is_tar(source):
        return Archive(source.name, source.stat, lambda others: _tar_members(source, others))
    return None


def sampled(source: Source) -> list[str]:
    """Return lines that tell a source's format; of an archive those of its first log. Raises SourceError."""
    archive = archive_in(source)
    if archive is None:
        return sample_lines(source)
    for member in archive:
        if isinstance(member, SourceError):
            raise member
        return sample_lines(member)
    raise SourceError(f"{source.name}: holds no log files")


def _is_zip(source: Source) -> bool:
    return source.raw.startswith(_ZIP_MAGICS)


def _is_tar(source: Source) -> bool:
    if source.is_parquet or len(source.raw) < 20:
        return False
    block = source.head()[:BLOCK_BYTES] if source.compressed else source.raw
    # The checksum's field: text has no such digits there, and need not be taken apart.
    if len(block) < RAW_BYTES or not block[148:154].strip(b" \0").isdigit():
        return False
    try:
        tarfile.TarInfo.frombuf(block, "utf-8", "surrogateescape")
    except tarfile.HeaderError:
        return False
    return True


def _is_taken(path: str, count: int) -> bool:
    """Tell whether a file of an archive is a log: by its name, or because it is the only one."""
    return count == 1 or is_log_name(posixpath.basename(path))


def _member_name(archive: str, path: str) -> str:
    return archive + MEMBER_MARK + shown(posixpath.normpath(path).lstrip("/"))


def _member_stat(outer: Sequence[object], size: int, changed_ns: int) -> Stat:
    """Return what tells whether a file of an archive is the one that was read; `outer` names it."""
    digest = hashlib.blake2b(repr(outer).encode("utf-8", "backslashreplace"), digest_size=8).digest()
    return int.from_bytes(digest, "big") >> 1, size, changed_ns


def _zip_members(source: Source, others: list[str]) -> Iterator[Source | SourceError]:
    with source.whole() as file:
        try:
            archive = zipfile.ZipFile(file)
        except Exception as error:  # noqa: BLE001 - hostile bytes make zipfile raise nearly anything
            yield SourceError(f"{source.name}: the zip file is damaged or cut ({error}); nothing was taken")
            return
        with archive:
            files = [
                info for info in archive.infolist() if not info.is_dir() and not is_hidden(info.filename)
            ]
            for info in files:
                name = _member_name(source.name, info.filename)
                is_link = modes.S_ISLNK(info.external_attr >> 16)
                if is_link or not _is_taken(info.filename, len(files)):
                    others.append(name)
                else:
                    yield _zip_member(archive, info, name)


def _zip_member(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> Source | SourceError:
    if info.flag_bits & 1:
        return SourceError(f"{name}: is encrypted and cannot be read; unpack it first")
    if info.file_size > max(_BOMB_BYTES, _BOMB_RATIO * info.compress_size):
        return SourceError(
            f"{name}: holds more than {_BOMB_RATIO} times its size, as a bomb does; "
            "unpack it yourself if it is a log"
        )
    try:
        changed = int(datetime(*info.date_time, tzinfo=UTC).timestamp() * 1_000_000_000)
    except ValueError:
        changed = 0
    stat = _member_stat((info.filename, info.CRC, info.compress_size), info.file_size, changed)
    return FileSource(_ZipPlace(archive, info, name, stat))


class _ZipPlace:
    """A file within a zip archive, which can be opened again and again while the archive is open."""

    checked = True

    def __init__(self, archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str, stat: Stat) -> None:
        self.name = name
        self.stat: Stat | None = stat
        self._archive = archive
        self._info = info

    @contextmanager
    def opened(self, offset: int = 0) -> Iterator[Any]:
        """Open the file and read past `offset` bytes. Raises SourceError."""
        try:
            file = self._archive.open(self._info)
        except Exception as error:
            raise SourceError(f"{self.name}: cannot be unpacked ({error}); unpack it first") from error
        with file:
            guarded = _Guarded(file, "zip")
            Stream(self.name, guarded).skip(offset)
            yield guarded

    @contextmanager
    def whole(self) -> Iterator[IO[bytes]]:
        """Open a temporary copy of the file. Raises SourceError."""
        with self.opened() as file, copied(Stream(self.name, file)) as copy:
            yield copy


def _nanoseconds(seconds: float) -> int:
    """Return a moment that a hostile archive may tell as anything."""
    return int(seconds * 1_000_000_000) if abs(seconds) < _LAST_SECOND else 0


def _tar_members(source: Source, others: list[str]) -> Iterator[Source | SourceError]:
    source.undone = "what stands before that in the archive was taken"
    taken = yield from _on_tape(source, others, every=False)
    if not taken and len(others) == 1 and isinstance(source, FileSource):
        # Its only file is meant, whatever its name; a tape tells how many there are at its end.
        others.clear()
        yield from _on_tape(source, others, every=True)


def _on_tape(source: Source, others: list[str], every: bool) -> Generator[Source | SourceError, None, int]:
    taken = 0
    with source.stream() as stream:
        tape = Tape(stream)
        try:
            for info, file in tape.files():
                name = _member_name(source.name, info.name)
                if not info.isreg() or not (every or is_log_name(posixpath.basename(info.name))):
                    others += [] if is_hidden(info.name) else [name]
                elif every or not is_hidden(info.name):
                    taken += 1
                    yield _tar_member(source, info, file, name)
                if tape.is_broken:
                    return taken
            tape.check_end()
        except DamagedError as error:
            taken += 1
            yield SourceError(f"{source.name}: {error}; {source.undone}")
        except SourceError as error:
            taken += 1
            yield error
    return taken


def _tar_member(source: Source, info: tarfile.TarInfo, file: Any, name: str) -> Source | SourceError:
    # A pipe's archive tells too little to know its files again unread.
    stat = (
        _member_stat((info.name, source.stat), info.size, _nanoseconds(info.mtime)) if source.stat else None
    )
    try:
        return PipeSource(name, _Guarded(file, "tar"), stat, checked=True)
    except SourceError as error:
        return error


class _Guarded:
    """A file of an archive, whose failures are all one DamagedError."""

    def __init__(self, file: Any, kind: str) -> None:
        self._file = file
        self._kind = kind

    def readinto(self, buffer: memoryview) -> int:
        """Put the next bytes into `buffer`; return how many they are, 0 at the end."""
        try:
            return int(self._file.readinto(buffer))
        except SourceError:
            raise
        except Exception as error:
            raise DamagedError(f"the {self._kind} file is damaged ({error})") from error
