"""What was read: the sources with their line ledger, and why lines of one became no event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analyzer.arrow import dicts
from analyzer.resources import statement

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Source:
    """A row of the view `sources`, and how far it was read; sizes count decompressed bytes, times are UTC."""

    source_id: int
    name: str
    generation: int
    format: str
    population: str
    time_zone: str
    size: int
    """Bytes that were read."""
    file_size: int | None
    """Bytes of the file on disk when it was read to its end; None where it was not, or is no file."""
    is_whole: bool
    """Whether all that was read ended in whole records: False while the last one may go on."""
    lines: int
    events: int
    failures: int
    rejects: int
    blank: int
    continuation: int
    duplicates: int
    """Of the events, those set aside because another source logged them too."""
    expired: int
    """Of the events, those that retention took out."""
    expired_failures: int
    expired_rejects: int
    first_ts: datetime | None
    last_ts: datetime | None
    first_seen_at: datetime
    last_read_at: datetime

    @property
    def title(self) -> str:
        """The name, with the generation where it is not the first."""
        return self.name if self.generation == 1 else f"{self.name} ({self.generation})"


def all_sources(connection: duckdb.DuckDBPyConnection) -> list[Source]:
    """Return every source in the order of their numbers."""
    # Through Arrow: fetching moments asks for a library that is not there.
    rows = dicts(connection.sql(statement("store", "sources.sql")).to_arrow_table())
    return [Source(**row) for row in rows]


def reject_reasons(connection: duckdb.DuckDBPyConnection, source_id: int) -> list[dict[str, Any]]:
    """Return why lines of a source became no event: `reason`, `rejects`, and the first such `line_no`."""
    result = connection.execute(
        "SELECT reason, count(*) AS rejects, min(line_no) AS line_no FROM rejects "
        "WHERE source_id = ? GROUP BY reason ORDER BY rejects DESC, reason",
        [source_id],
    )
    return [dict(zip(("reason", "rejects", "line_no"), row, strict=True)) for row in result.fetchall()]


def copies_of(connection: duckdb.DuckDBPyConnection, name: str) -> list[str]:
    """Return the names of files that were seen as copies of the source `name`."""
    rows = connection.execute(
        "SELECT name FROM stored.copy WHERE copy_of = ? ORDER BY name", [name]
    ).fetchall()
    return [str(row[0]) for row in rows]
