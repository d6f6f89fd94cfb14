"""Waiting for the database: DuckDB lets one writer in, or many readers, and never both."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import ForeignDatabaseError, LockedError, NewerDatabaseError, StoreError
from analyzer.store.failure import MEND, is_damage

if TYPE_CHECKING:
    import duckdb

_REFUSED = "could not set lock on file"
_BETWEEN = "wal does not match database file"
"""What is read in the moment in which another process closes the file: its log is written into it, and
not yet taken away."""
_HOLDER = re.compile(r"\(PID (\d+)\)")
_RETRY_SECONDS = 0.1
_BETWEEN_SECONDS = 2.0
_TELL_AFTER_SECONDS = 1.0
_NO_EXTENSIONS: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
"""What keeps DuckDB from fetching an extension over the network, also to open a foreign file."""


def connect(path: Path, wait_seconds: float, read_only: bool) -> duckdb.DuckDBPyConnection:
    """Open the DuckDB file `path`, trying again for `wait_seconds` while another process holds it.

    Raises LockedError with the holder's process id when the wait is over, ForeignDatabaseError for
    a file that is no DuckDB database, NewerDatabaseError for one of a newer DuckDB.
    """
    import duckdb

    started = time.monotonic()
    told = False
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only, config=_NO_EXTENSIONS)
        except duckdb.Error as error:
            waited = time.monotonic() - started
            if _BETWEEN in str(error).lower() and waited < min(wait_seconds, _BETWEEN_SECONDS):
                time.sleep(_RETRY_SECONDS)
                continue
            if _REFUSED not in str(error).lower():
                raise _explained(path, str(error)) from error
            if waited >= wait_seconds:
                raise LockedError(
                    f"{path} is in use by {_holder(str(error))}; waited {wait_seconds:g} s. "
                    "Let it finish, or give a longer --wait"
                ) from error
            if waited >= _TELL_AFTER_SECONDS and not told:
                print(f"analyzer: waiting for {path}, in use by {_holder(str(error))}", file=sys.stderr)
                told = True
            time.sleep(_RETRY_SECONDS)


def _holder(message: str) -> str:
    found = _HOLDER.search(message)
    return f"process {found.group(1)}" if found else "another process"


def _explained(path: Path, message: str) -> StoreError:
    lowered = message.lower()
    if any(
        sign in lowered
        for sign in ("not a valid duckdb database", "encrypted", "extension", "launch in-memory database")
    ):
        return ForeignDatabaseError(f"{path} is not an analyzer database; name another file with --db")
    if "version number" in lowered or "newer version" in lowered:
        return NewerDatabaseError(
            f"{path} was written by a newer DuckDB than this analyzer uses; upgrade the analyzer to read it"
        )
    first_line = message.splitlines()[0]
    if is_damage(message):
        return StoreError(f"{path} is damaged: {first_line}; {MEND}")
    return StoreError(f"{path} cannot be opened: {first_line}; check the path and its permissions")
