"""What a person is told when the database cannot be written: one line, and that nothing is half done."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from analyzer.errors import StoreError

_DISK = (
    "could not write",
    "no space left",
    "file too large",
    "quota exceeded",
    "input/output error",
    "could not fsync",
    "read-only file system",
)
MEND = "put back a copy of it, or move it away and ingest the logs anew"
"""What to do with a database whose file is damaged."""


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Raise StoreError for what DuckDB raises where disk or memory give out; other errors pass through."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        said = told(error, str(path))
        if said is None:
            raise
        raise StoreError(said) from error


def told(error: Exception, what: str) -> str | None:
    """Return what to say of `what`, which is damaged, or which disk or memory kept DuckDB from writing.

    None for other errors.
    """
    import duckdb

    text = str(error)
    if not isinstance(error, duckdb.Error):
        return None
    if any(sign in text.lower() for sign in _DISK):
        return (
            f"{what} cannot be written: {_reason(text)}; what was committed is kept. "
            "Make room on the disk, then run the command again"
        )
    if is_damage(text):
        return f"{what} is damaged: {_reason(text)}; {MEND}"
    if isinstance(error, duckdb.OutOfMemoryException):
        return (
            f"{what}: memory or temporary space gave out: {_reason(text)}; what was committed is kept. "
            "Make room, then run the command again"
        )
    return None


def is_full(error: OSError) -> bool:
    """Say whether a place has no room left, be it the disk's or the person's."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def is_damage(text: str) -> bool:
    """Tell by DuckDB's words whether a database's file is damaged."""
    lowered = text.lower()
    return "corrupt database file" in lowered or "computed checksum" in lowered


def _reason(text: str) -> str:
    """Return DuckDB's reason, without the chain of what it was doing."""
    return text.splitlines()[0].rpartition(": ")[2]
