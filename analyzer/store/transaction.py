"""One transaction: all of it or nothing, whatever goes wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection, keep: bool = True) -> Iterator[None]:
    """Run the block in a transaction, which an error takes back; without `keep` it is taken back anyway.

    Raises what the block raises, and what DuckDB raises where the transaction cannot be ended.
    """
    connection.execute("BEGIN")
    try:
        yield
        connection.execute("COMMIT" if keep else "ROLLBACK")
    except BaseException:
        # Where the disk is full the transaction has ended already, or its end fails too.
        with suppress(Exception):
            connection.execute("ROLLBACK")
        raise
