"""Whether a store's own figures agree, and how much of its file is in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Space:
    """Bytes of the database file, and how many of them are free blocks, to be written over."""

    bytes: int
    free_bytes: int


def odd_ledgers(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the sources whose ledger does not add up or tells of fewer rows than are stored, a line each."""
    return [
        f"{name}: {reason}"
        for name, reason in connection.execute(statement("store", "odd_ledgers.sql")).fetchall()
    ]


def space(connection: duckdb.DuckDBPyConnection) -> Space:
    """Return what the database file holds."""
    block, total, free = connection.execute(
        "SELECT block_size, total_blocks, free_blocks FROM pragma_database_size() "
        "WHERE database_name = current_database()"
    ).fetchall()[0]
    return Space(block * total, block * free)
