"""Making the database's file small again: a copy without its gaps, put in the file's place.

Small commits, and events that were taken out, leave free blocks behind: DuckDB writes a row group
anew when it grows. It uses free blocks again, but gives few of them back.
"""

from __future__ import annotations

import os
import time
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import LockedError, StoreError
from analyzer.quote import quote_name, quote_text
from analyzer.store.lock import connect
from analyzer.store.open import DEFAULT_WAIT_SECONDS, MEMORY_LIMIT, open_writer

if TYPE_CHECKING:
    import duckdb

SPARE_SHARE = 0.15
"""A file of which so much is free is worth a copy: it has to grow by as much before the next."""
SPARE_BYTES = 4 * 1024 * 1024
"""Less than this is never worth it."""

_COPY = " made small"
_SETTLE_SECONDS = 0.05
"""Longer than another process takes from opening a file to locking it."""


@dataclass(frozen=True)
class Compaction:
    """The size of the file before and after, in bytes."""

    before: int
    after: int


def compact_if_needed(path: Path, wait_seconds: float = DEFAULT_WAIT_SECONDS) -> Compaction | None:
    """Make the store at `path` small where 15 % of it and 4 MB or more are free; return what came of it.

    Call it with no connection of one's own open: it takes the file's lock itself, waiting up to
    `wait_seconds`, and looks in a few milliseconds whether there is anything to gain. None where there
    is not, or where somebody else holds the file: then nothing has changed, and it can be tried again
    later. While it copies, readers may read and writers wait. It needs room for the copy on the same
    disk, about as much as is in use, and 450 MB of memory at most. Killed at any moment it leaves the
    store as it was or whole and small; what a killed one left beside the file goes with the next call.
    Raises StoreError where the disk has no room or the file is no store.
    """
    path = path.resolve()
    try:
        with closing(open_writer(path, wait_seconds)) as connection:
            # A copy starts from a file without a log of changes beside it.
            connection.execute("CHECKPOINT")
            size, spare = sizes(connection)
            _remove(_part_of(path))
        if spare < max(SPARE_BYTES, SPARE_SHARE * size):
            return None
        return _replace(path, wait_seconds)
    except LockedError:
        return None


def sizes(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return the bytes of the file's blocks, and how many of them are free."""
    row = connection.execute(
        "SELECT total_blocks * block_size, free_blocks * block_size FROM pragma_database_size() "
        "WHERE database_name = current_database()"
    ).fetchone()
    return (int(row[0]), int(row[1])) if row else (0, 0)


def _replace(path: Path, wait_seconds: float) -> Compaction | None:
    """Copy the store and put the copy in its place, while nobody else can write to it."""
    import duckdb

    part = _part_of(path)
    before = path.stat().st_size
    # Opened for reading the file is never changed by us, and no writer gets in.
    with closing(connect(path, wait_seconds, read_only=True)) as held:
        if _log_of(path).exists():
            return None
        try:
            _copy(held, part)
            after = part.stat().st_size
            if after >= before:
                return None
            part.chmod(path.stat().st_mode & 0o777)
            _put(part, path)
        except (OSError, duckdb.Error) as error:
            reason = str(error).splitlines()[0]
            raise StoreError(f"{path} cannot be made small: {reason}; it stays as it is") from error
        finally:
            _remove(part)
        # A process that opened the old file just now must find it locked, and try again.
        time.sleep(_SETTLE_SECONDS)
    return Compaction(before, after)


def _copy(held: duckdb.DuckDBPyConnection, part: Path) -> None:
    name = held.execute("SELECT current_database()").fetchall()[0][0]
    held.execute(f"SET memory_limit = {quote_text(MEMORY_LIMIT)}")
    held.execute("SET enable_progress_bar = false")
    held.execute(f"ATTACH {quote_text(str(part))} AS {quote_name(name + _COPY)} (READ_WRITE)")
    held.execute(f"COPY FROM DATABASE {quote_name(name)} TO {quote_name(name + _COPY)}")
    held.execute(f"CHECKPOINT {quote_name(name + _COPY)}")
    held.execute(f"DETACH {quote_name(name + _COPY)}")


def _put(part: Path, path: Path) -> None:
    """Rename the whole copy over the store, and make sure that the disk knows."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _part_of(path: Path) -> Path:
    return path.with_name(f".{path.name}.compact")


def _log_of(path: Path) -> Path:
    return path.with_name(path.name + ".wal")


def _remove(part: Path) -> None:
    for file in (part, _log_of(part)):
        with suppress(OSError):
            file.unlink(missing_ok=True)
