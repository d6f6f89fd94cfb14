"""One at a time, however it is started: a lock beside the database that ends with its process."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import IO

from analyzer.errors import StoreError

NIGHTS, SCHEDULE = "nightly", "schedule"
_TRIES, _PAUSE_SECONDS = 4, 0.05


class TakenError(StoreError):
    """Another process holds the lock; the message says which, and since when."""


@contextmanager
def held(database: Path, purpose: str, now: datetime) -> Iterator[Callable[[str], None]]:
    """Hold the lock of `purpose` for a database, and give what notes a line for who looks at it (`noted`).

    The kernel gives the lock back when the process ends, in whatever way. The file goes with it, unless
    the process was killed; one that was left behind holds nobody up. Raises TakenError where another
    process holds the lock.
    """
    file = _taken(_path(database, purpose))

    def note(line: str) -> None:
        file.truncate(0)
        file.write(f"{os.getpid()} {now:%Y-%m-%d %H:%M:%S %Z}\n{line}\n")
        file.flush()

    try:
        note("")
        yield note
    finally:
        # Taken away while it is still held: who waits for it finds another file, or none, and looks again.
        Path(file.name).unlink(missing_ok=True)
        file.close()


def holder(database: Path, purpose: str) -> str | None:
    """Say who holds the lock, such as `process 123 since 2026-11-22 00:30:00 UTC`; None for nobody."""
    try:
        with _path(database, purpose).open("r+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _holder(_path(database, purpose))
    except OSError:
        return None
    return None


def noted(database: Path, purpose: str) -> str:
    """Return what the holder of the lock noted last; nothing where it noted nothing, or nobody holds it."""
    if holder(database, purpose) is None:
        return ""
    return _lines(_path(database, purpose))[1]


def _taken(path: Path) -> IO[str]:
    path.parent.mkdir(parents=True, exist_ok=True)
    tries = 0
    while True:
        file = path.open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.close()
            tries += 1
            # Who only asks for the holder has the lock for a moment too.
            if tries == _TRIES:
                raise TakenError(_holder(path)) from error
            time.sleep(_PAUSE_SECONDS)
            continue
        if _is_still_there(file, path):
            return file
        file.close()


def _is_still_there(file: IO[str], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _holder(path: Path) -> str:
    number, _, since = _lines(path)[0].partition(" ")
    return f"process {number} since {since}" if number else "another process"


def _lines(path: Path) -> tuple[str, str]:
    """Return who holds the lock and what is noted, as the file has them."""
    try:
        who, _, note = path.read_text(encoding="utf-8").partition("\n")
    except OSError:
        return "", ""
    return who.strip(), note.strip()


def _path(database: Path, purpose: str) -> Path:
    return database.with_name(f".{database.name}.{purpose}.lock")
