"""The record of runs: what each command that writes did."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from analyzer import __version__

if TYPE_CHECKING:
    import duckdb


_COUNTS = (
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


def record_run(
    connection: duckdb.DuckDBPyConnection,
    command: str,
    totals: Mapping[str, int | float],
    subject: str | None = None,
    outcome: str = "done",
) -> None:
    """Record a finished run: `totals` holds columns of `stored.run` by name, `seconds` among them."""
    connection.execute(
        "INSERT INTO stored.run SELECT nextval('stored.run_number'), ?, ?, "
        "now() - to_microseconds(?::BIGINT), now(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?",
        [
            command,
            __version__,
            int(totals.get("seconds", 0) * 1_000_000),
            subject,
            outcome,
            *(totals.get(name, 0) for name in _COUNTS),
            totals.get("seconds", 0),
        ],
    )


def follow_run(
    connection: duckdb.DuckDBPyConnection,
    run_id: int | None,
    totals: Mapping[str, int | float],
    outcome: str = "following",
) -> int:
    """Record a run that goes on, or bring its record up to date; return its number."""
    if run_id is None:
        record_run(connection, "ingest", totals, "follow", outcome)
        row = connection.execute("SELECT max(run_id) FROM stored.run").fetchone()
        return int(row[0]) if row else 0
    connection.execute(
        "UPDATE stored.run SET finished_at = now(), outcome = ?, files = ?, skipped = ?, failed_files = ?, "
        "lines = ?, events = ?, failures = ?, rejects = ?, blank = ?, continuation = ?, seconds = ? "
        "WHERE run_id = ?",
        [outcome, *(totals.get(name, 0) for name in _COUNTS), totals.get("seconds", 0), run_id],
    )
    return run_id
