"""Watching files: which of them hold anything new, whatever happens to their names.

A file is held open from when it is first seen, so that its last lines can be read after it was
renamed or deleted. What is read of it, and what was read before, is not decided here.
"""

from __future__ import annotations

import contextlib
import os
import resource
import stat as modes
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analyzer.errors import MissingPathError, UsageError
from analyzer.source.find import find_sources
from analyzer.source.names import STDIN, is_address, local_path, shown
from analyzer.source.place import LocalFile, Stat
from analyzer.source.stream import FileSource, Source

SILENT_SECONDS = 10.0
"""A file that has lost its name is let go when nothing was written to it for so long."""

_BUSY_SHARE = 0.02
"""Looking through folders takes at most this share of the time."""


@dataclass
class Followed:
    """A file that is followed: under which name, which file it is, and how it was when it was read last."""

    name: str
    file: int
    key: tuple[int, int]
    changed_at: float
    read: Stat | None = None
    is_named: bool = True
    """Whether it stands under `name` still."""

    def stat(self) -> Stat:
        """Return the file's inode, size and time of change."""
        found = os.fstat(self.file)
        return found.st_ino, found.st_size, found.st_mtime_ns

    def source(self) -> Source:
        """Return the file as a source."""
        return FileSource(LocalFile(self.name, self.file))


class Watch:
    """The files that paths stand for, as they come, grow, change their names and go."""

    def __init__(self, paths: Sequence[str]) -> None:
        """Look for the first time. Raises MissingPathError and UsageError."""
        self._paths = [path for path in map(local_path, paths) if path != STDIN]
        self._files: dict[tuple[int, int], Followed] = {}
        self._names: list[str] = []
        self._next_search = 0.0
        self.told: list[str] = []
        self._unreadable: set[str] = set()
        for path in self._paths:
            if is_address(path):
                raise UsageError(
                    f"{path}: --follow reads files, folders, globs and standard input; "
                    "run 'analyzer ingest' on a schedule for addresses"
                )
            _check(path)
        _hold_many()
        self.look()
        self.told = [text for text in self.told if text in self._unreadable]

    @property
    def names(self) -> list[str]:
        """The names that are followed now."""
        return list(self._names)

    def look(self) -> None:
        """Take note of what has come, gone and changed its name; `told` gets a line for each."""
        started = time.monotonic()
        if started >= self._next_search:
            self._names = self._search()
            self._next_search = started + (time.monotonic() - started) / _BUSY_SHARE
        present: dict[tuple[int, int], str] = {}
        for name in self._names:
            with contextlib.suppress(OSError):
                found = Path(name).stat()
                if modes.S_ISREG(found.st_mode):
                    present.setdefault((found.st_dev, found.st_ino), name)
        for key, name in present.items():
            if key not in self._files:
                self._hold(name)
        self._rename(present)
        self._let_go()

    def news(self) -> list[Followed]:
        """Return the files that are not as they were when they were read, those without a name first."""
        now = time.monotonic()
        changed = []
        for followed in self._files.values():
            if followed.stat() != followed.read:
                followed.changed_at = now
                changed.append(followed)
        return sorted(changed, key=lambda followed: followed.is_named)

    def close(self) -> None:
        """Let all files go."""
        for followed in self._files.values():
            os.close(followed.file)
        self._files.clear()

    def _search(self) -> list[str]:
        found: dict[str, None] = {}
        for path in self._paths:
            with contextlib.suppress(MissingPathError):
                found.update(dict.fromkeys(find_sources([path])[0]))
            if not _is_pattern(path):
                found.setdefault(path)
        return list(found)

    def _hold(self, name: str) -> None:
        try:
            file = os.open(name, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
        except OSError as error:
            self._tell_once(f"{shown(name)} cannot be read ({error.strerror}); check its permissions")
            return
        found = os.fstat(file)
        key = (found.st_dev, found.st_ino)
        if not modes.S_ISREG(found.st_mode) or key in self._files:
            os.close(file)
            return
        before = [other for other in self._files.values() if other.is_named and other.name == name]
        self._files[key] = Followed(name, file, key, time.monotonic())
        self.told.append(
            f"{shown(name)} is another file now; the last lines of the one before are read too"
            if before
            else f"{shown(name)} is new and followed"
        )

    def _tell_once(self, text: str) -> None:
        if text not in self._unreadable:
            self._unreadable.add(text)
            self.told.append(text)

    def _rename(self, present: dict[tuple[int, int], str]) -> None:
        for key, followed in self._files.items():
            name = present.get(key)
            followed.is_named = name is not None
            if name is not None and name != followed.name:
                self.told.append(f"{shown(followed.name)} is named {shown(name)} now")
                followed.name = name

    def _let_go(self) -> None:
        """Close what has no name and is silent."""
        now = time.monotonic()
        silent = [
            followed
            for followed in self._files.values()
            if followed.read is not None and followed.stat() == followed.read
        ]
        gone = [
            followed
            for followed in silent
            if not followed.is_named and now - followed.changed_at > SILENT_SECONDS
        ]
        for followed in gone:
            os.close(followed.file)
            del self._files[followed.key]


def _is_pattern(path: str) -> bool:
    return Path(path).is_dir() or (any(mark in path for mark in "*?[") and not Path(path).exists())


def _hold_many() -> None:
    """Let this process hold as many files open as the system allows it."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _check(path: str) -> None:
    """Refuse a path that will hardly come to be. Raises MissingPathError."""
    if not _is_pattern(path) and not Path(path).exists():
        find_sources([path])
