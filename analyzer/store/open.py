"""Opening the store: for writing, or for reading only."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import ForeignDatabaseError, LockedError, MissingDatabaseError, StoreError
from analyzer.quote import quote_text
from analyzer.store.lock import connect
from analyzer.store.migrate import applied_migrations, check, migrate, migration_files

if TYPE_CHECKING:
    import duckdb

DEFAULT_WAIT_SECONDS = 10.0
MEMORY_LIMIT = "450MB"
"""What DuckDB may hold of a batch and the tables; the batch's own text comes on top."""

_HEADER_BYTES = 3 * 4096
"""A DuckDB file begins with three headers of this many bytes in all."""


def open_writer(
    path: Path, wait_seconds: float = DEFAULT_WAIT_SECONDS, create: bool = False
) -> duckdb.DuckDBPyConnection:
    """Open the store for writing, bring it to this version's shape, and set its session to UTC.

    With `create` a missing file (and its folder) is made; a file that could not be made a store is
    taken away again. Raises MissingDatabaseError, LockedError, ForeignDatabaseError,
    NewerDatabaseError or StoreError.
    """
    existed = path.exists()
    if not existed and not create:
        raise missing(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{path} cannot be created: {error.strerror}; name another file with --db"
        ) from error
    connection = _connect(path, wait_seconds)
    is_begun = False
    try:
        is_begun = not existed and applied_migrations(connection) is None
        migrate(connection, path)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        connection.execute(f"SET memory_limit = {quote_text(MEMORY_LIMIT)}")
    except BaseException:
        # Taken away while it is held: once it is closed another process may begin to use it.
        if is_begun:
            _take_away(path)
        connection.close()
        raise
    return connection


def take_away_unused(path: Path, wait_seconds: float = DEFAULT_WAIT_SECONDS) -> None:
    """Take a store away that was begun and holds no source. One that another process uses stays."""
    try:
        connection = open_writer(path, wait_seconds)
    except (MissingDatabaseError, LockedError):
        return
    with closing(connection):
        if not connection.execute("SELECT 1 FROM stored.source LIMIT 1").fetchall():
            _take_away(path)


def _connect(path: Path, wait_seconds: float) -> duckdb.DuckDBPyConnection:
    """Open the file, or begin it; one whose beginning was broken off holds nothing and is begun again."""
    existed = path.exists()
    try:
        return connect(path, wait_seconds, read_only=False)
    except LockedError:
        raise
    except StoreError:
        # What another process has begun in the meantime is whole, or held.
        if not _is_broken_off(path):
            raise
        _take_away(path)
        if not existed:
            raise
        return connect(path, wait_seconds, read_only=False)


def _take_away(path: Path) -> None:
    path.unlink(missing_ok=True)
    path.with_name(path.name + ".wal").unlink(missing_ok=True)


def _is_broken_off(path: Path) -> bool:
    """Tell a database of which not even the headers were written; opening it failed, so nobody holds it."""
    try:
        with path.open("rb") as file:
            start = file.read(_HEADER_BYTES)
    except OSError:
        return False
    return len(start) < _HEADER_BYTES and (start[8:12] == b"DUCK" or not any(start))


def open_reader(
    path: Path, wait_seconds: float = DEFAULT_WAIT_SECONDS, time_zone: str = "UTC"
) -> duckdb.DuckDBPyConnection:
    """Open the store for reading only: no change, no file, no address, and no way to undo that.

    Times print in `time_zone`. Raises as `open_writer` does.
    """
    if not path.exists():
        raise missing(path)
    connection = connect(path, wait_seconds, read_only=True)
    try:
        applied = applied_migrations(connection)
        if applied is None:
            raise ForeignDatabaseError(f"{path} is not an analyzer database; name another file with --db")
        check(applied, path)
        if len(applied) < len(migration_files()):
            raise StoreError(
                f"{path} was written by an older analyzer; run 'analyzer ingest' once to upgrade it"
            )
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SET autoinstall_known_extensions = false")
        connection.execute("SET autoload_known_extensions = false")
        connection.execute("SET enable_external_access = false")
        # For the whole instance, so that the connection's cursors print in the same zone.
        connection.execute(f"SET GLOBAL TimeZone = {quote_text(time_zone)}")
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def missing(path: Path) -> MissingDatabaseError:
    """Say that there is no database at `path`, and which command makes one."""
    return MissingDatabaseError(
        f"there is no database at {path}; run 'analyzer ingest PATH --db {path}' first"
    )
