"""How far each source was read: its identity, where to go on, and its line ledger."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

from analyzer.format.hints import Header

if TYPE_CHECKING:
    import duckdb


Opener = tuple[str, int, int, str | None, str | None, int | None, str | None]
"""A request that a later error may complete: key, status, line number, request id, model, time
(microseconds since 1970) and its masked line."""

Reason = tuple[int, str, str, str]
"""Why a request failed, as a line above it tells: line number, key of the request's id, text, masked line."""


@dataclass(frozen=True)
class Carry:
    """What the next read of a source needs to know besides its place.

    `tail` is the ledger of the provisional last record; `last_ts` the time (microseconds since
    1970) that a line without one takes; `header` the header of a table that is in force; `start` the
    progress that a compressed source goes back to should the rest of it be damaged, None once it was
    read to its end; `marks` the milestones by which an older copy of the source is known; `taken` the
    lines to read next that belong to records above them; `day_first` says that its dates such as
    `03/11/2026` begin with the day; `reasons` is what lines tell of requests that may come.
    """

    tail: dict[str, int] = field(default_factory=dict)
    last_ts: int | None = None
    openers: tuple[Opener, ...] = ()
    header: Header | None = None
    start: dict[str, Any] | None = None
    marks: tuple[tuple[int, str], ...] = ()
    taken: tuple[int, ...] = ()
    day_first: bool = False
    reasons: tuple[Reason, ...] = ()

    @classmethod
    def parse(cls, text: str | None) -> Carry:
        """Read what `dump` wrote."""
        if not text:
            return cls()
        raw = json.loads(text)
        openers = tuple(tuple(opener) for opener in raw["openers"])
        header = raw.get("header")
        held = Header(header[0], tuple(header[1]), *header[2:]) if header else None
        marks = tuple((place, value) for place, value in raw.get("marks", ()))
        taken = tuple(raw.get("taken", ()))
        day_first, reasons = bool(raw.get("day_first")), tuple(map(tuple, raw.get("reasons", ())))
        return cls(raw["tail"], raw["last_ts"], openers, held, raw["start"], marks, taken, day_first, reasons)

    def dump(self) -> str:
        """Write it as JSON."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Progress:
    """One row of `stored.source`: all but the times, which the store sets.

    Offsets and sizes count decompressed bytes; `resume_line` is the number of the first line to read
    next, `file_*` the file as it was seen last.
    """

    source_id: int
    name: str
    generation: int
    format: str
    population: str
    time_zone: str
    head_length: int = 0
    head_hash: str = ""
    tail_hash: str = ""
    size: int = 0
    resume_offset: int = 0
    resume_line: int = 1
    carry: str | None = None
    file_inode: int | None = None
    file_size: int | None = None
    file_changed_ns: int | None = None
    lines: int = 0
    events: int = 0
    failures: int = 0
    rejects: int = 0
    blank: int = 0
    continuation: int = 0


_COLUMNS = tuple(Progress.__dataclass_fields__)


def all_progress(connection: duckdb.DuckDBPyConnection) -> list[Progress]:
    """Return every source of the store."""
    rows = connection.execute(
        f"SELECT {', '.join(_COLUMNS)} FROM stored.source ORDER BY source_id"  # noqa: S608 - our own names
    ).fetchall()
    return [Progress(*row) for row in rows]


def next_source_id(connection: duckdb.DuckDBPyConnection) -> int:
    """Return a number for a new source: the next one, whatever runs were broken off."""
    row = connection.execute("SELECT coalesce(max(source_id), 0) + 1 FROM stored.source").fetchone()
    return int(row[0]) if row else 1


def save_progress(connection: duckdb.DuckDBPyConnection, several: Sequence[Progress]) -> None:
    """Write the rows of sources, new or known, within the caller's transaction."""
    values: list[Any] = [getattr(progress, name) for progress in several for name in _COLUMNS]
    row = f"({', '.join('?' for _ in _COLUMNS)}, now(), now())"
    updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS if name != "source_id")
    connection.execute(
        f"INSERT INTO stored.source ({', '.join(_COLUMNS)}, first_seen_at, last_read_at) "  # noqa: S608
        f"VALUES {', '.join(row for _ in several)} "
        f"ON CONFLICT (source_id) DO UPDATE SET {updates}, last_read_at = now()",
        values,
    )


def stored_carry(connection: duckdb.DuckDBPyConnection, source_id: int) -> str | None:
    """Return the stored carry of a source, None for a source that is not stored."""
    row = connection.execute("SELECT carry FROM stored.source WHERE source_id = ?", [source_id]).fetchone()
    return str(row[0]) if row and row[0] is not None else None


def forget_progress(connection: duckdb.DuckDBPyConnection, source_id: int) -> None:
    """Take a source's row out of the store, within the caller's transaction."""
    connection.execute("DELETE FROM stored.source WHERE source_id = ?", [source_id])
