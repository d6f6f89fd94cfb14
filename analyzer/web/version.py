"""Which state of the database a file holds, told by its file alone: nothing is opened."""

from __future__ import annotations

import hashlib
from pathlib import Path

NO_FILE = "none"
"""The state of a database that is not there."""


def version_of(database: Path) -> str:
    """Return a short name of the file's state; it changes whenever something was written.

    The file beside it that a writer keeps until it closes counts too. Without a file it is NO_FILE.
    """
    states = [_state(database), _state(database.with_name(database.name + ".wal"))]
    if states[0] is None:
        return NO_FILE
    return hashlib.sha256(repr(states).encode()).hexdigest()[:16]


def _state(path: Path) -> tuple[int, int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
