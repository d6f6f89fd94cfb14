"""How statements of an ingestion are run: quickly planned for a few lines, and left out without rows."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb


@contextmanager
def quick_plan(connection: duckdb.DuckDBPyConnection, wanted: bool) -> Iterator[None]:
    """Leave the optimizer out for a few lines: it would take longer than running without it."""
    if wanted:
        connection.execute("PRAGMA disable_optimizer")
    try:
        yield
    except BaseException:
        # A transaction that was broken off refuses this too: what broke it off is what is told.
        with suppress(Exception):
            connection.execute("PRAGMA enable_optimizer")
        raise
    connection.execute("PRAGMA enable_optimizer")


def any_row(connection: duckdb.DuckDBPyConnection, relation: str, where: str) -> bool:
    """Tell whether `relation` has a row of which the condition `where` holds."""
    found = connection.execute(f"SELECT 1 FROM {relation} WHERE {where} LIMIT 1").fetchall()  # noqa: S608
    return bool(found)
