"""Files that held the same as a source when they were seen: they add nothing while they stay as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb

FileStat = tuple[int, int, int]
"""A file's inode, size in bytes and time of change in nanoseconds."""


def all_copies(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, FileStat], str]:
    """Return (name, stat) of every copy seen -> the name of what it is a copy of."""
    rows = connection.execute(
        "SELECT name, file_inode, file_size, file_changed_ns, copy_of FROM stored.copy"
    ).fetchall()
    return {(name, (inode, size, changed)): copy_of for name, inode, size, changed, copy_of in rows}


def save_copy(connection: duckdb.DuckDBPyConnection, name: str, stat: FileStat, copy_of: str) -> None:
    """Remember a copy as it is now."""
    connection.execute("INSERT OR REPLACE INTO stored.copy VALUES (?, ?, ?, ?, ?)", [name, *stat, copy_of])
