"""The record of runs: what each command that writes did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer import __version__

if TYPE_CHECKING:
    import duckdb


def record_run(
    connection: duckdb.DuckDBPyConnection,
    command: str,
    totals: Mapping[str, int | float],
    subject: str | None = None,
    outcome: str = "done",
) -> None:
    """Record a finished run: `totals` holds columns of `stored.run` by name, `seconds` among them."""
    names = (
        "files",
        "skipped",
        "failed_files",
        "lines",
        "events",
        "failures",
        "rejects",
        "blank",
        "continuation",
    )
    connection.execute(
        "INSERT INTO stored.run SELECT nextval('stored.run_number'), ?, ?, "
        "now() - to_microseconds(?::BIGINT), now(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
        [
            command,
            __version__,
            int(totals.get("seconds", 0) * 1_000_000),
            subject,
            outcome,
            *(totals.get(name, 0) for name in names),
            totals.get("seconds", 0),
        ],
    )
