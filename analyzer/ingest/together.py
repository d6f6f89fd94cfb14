"""Small new files of one format, stored together as one batch.

The statements of a batch take a tenth of a second, however few its lines: a thousand small files would
pay that one by one. What is stored is what reading them one after the other stores, in one transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any

from analyzer.format.definition import Definition
from analyzer.ingest.batch import Batches
from analyzer.ingest.read import ledger_of
from analyzer.ingest.resume import Trail, as_read
from analyzer.ingest.stage import SMALL
from analyzer.ingest.totals import Ledger, SourceOutcome
from analyzer.quote import quote_text
from analyzer.source.lines import FILE_BITS, cut_files
from analyzer.source.names import MEMBER_MARK, is_address
from analyzer.source.stream import FileSource, Source
from analyzer.store.progress import Carry, Progress, save_progress
from analyzer.store.transaction import transaction

if TYPE_CHECKING:
    import duckdb

LARGEST = 256 * 1024
"""A file of more bytes is read by itself."""

WAITING = "waiting"
"""The state of a source that is to be stored with others."""

_MOST_FILES = 200
"""So many wait at most: each is held open, and some systems allow a process 256."""
_KINDS = ("json", "access", "pattern", "logfmt")
"""Kinds whose lines are each a record, whatever stands above them."""


@dataclass
class Small:
    """A small new file that waits: how it is read, its bytes, and the lines that told its format."""

    source: Source
    definition: Definition
    progress: Progress
    data: bytes
    sample: list[str]
    lacks_zone: bool
    trail: Trail = field(init=False)
    population: str = field(init=False)

    def __post_init__(self) -> None:
        """Take note of its identity, by which a later file of the run is known to be the same."""
        self.trail = Trail(self.source, 0)
        self.trail.follow(memoryview(self.data))
        self.population = self.progress.population
        self.progress = self._read(self.progress, None)

    def ended(self, count: int, row: dict[str, Any] | None) -> Progress:
        """Return its progress with its `count` lines stored; `row` is their ledger, None for blank ones."""
        told = row or {}
        given = {name: told.get(name, 0) for name in ("lines", "events", "failures", "rejects", "blank")}
        given["blank"] += count - given["lines"]
        counts = asdict(Ledger(**given | {"lines": count}))
        read = replace(self.progress, resume_offset=len(self.data), resume_line=count + 1, **counts)
        return self._read(read, told.get("last_ts"))

    def _read(self, progress: Progress, last_ts: int | None) -> Progress:
        carry = Carry(last_ts=last_ts, marks=self.trail.marks())
        return as_read(progress, self.source, self.trail, self.population, carry, ended=True)


class Together:
    """The small files that wait to be stored; `outcomes` is what became of those that were, by name."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, batches: Batches) -> None:
        self._connection = connection
        self._batches = batches
        self._waiting: list[Small] = []
        self.outcomes: dict[str, SourceOutcome] = {}

    def waiting(self) -> list[Progress]:
        """Return the sources that wait, as they will be stored but for their ledgers."""
        return [small.progress for small in self._waiting]

    def may_join(self, definition: Definition) -> bool:
        """Tell whether a file of that format can stand in one batch with those that wait."""
        return all(small.definition is definition for small in self._waiting)

    def is_full(self) -> bool:
        """Tell whether no more should wait."""
        size = sum(len(small.data) for small in self._waiting)
        return len(self._waiting) >= _MOST_FILES or size + LARGEST > SMALL

    def add(self, small: Small) -> None:
        """Let a file wait."""
        self._waiting.append(small)

    def store(self, time_zone: str) -> list[tuple[Small, Progress | None]]:
        """Store all that wait; return each with its progress, None where it has to be read by itself."""
        waiting, self._waiting = self._waiting, []
        stored = self._stored(waiting, time_zone) if len(waiting) > 1 else None
        if stored is None:
            return [(small, None) for small in waiting]
        for small, progress in zip(waiting, stored, strict=True):
            name = small.source.name
            self.outcomes[name] = SourceOutcome(
                name, "read", ledger_of(progress), small.definition.name, lacks_zone=small.lacks_zone
            )
        return list(zip(waiting, stored, strict=True))

    def _stored(self, waiting: Sequence[Small], time_zone: str) -> list[Progress] | None:
        """Store files as one batch; None, and nothing is stored, where they must be read one by one."""
        self._connection.execute(f"SET TimeZone = {quote_text(time_zone)}")
        self._connection.execute("RESET VARIABLE day_first")
        lines, counts = cut_files([memoryview(small.data) for small in waiting])
        stage, size = self._batches.stage, sum(len(small.data) for small in waiting)
        stage.take_lines(lines, size, waiting[0].definition, Carry())
        rows = {row["first_line"] >> FILE_BITS: row for row in stage.ledger_rows(f"line_no >> {FILE_BITS}")}
        # A line without a time takes that of one above it in its own file, and what is told of a request may
        # be wanted when the file grows.
        if stage.has_reasons or any(row["untimed"] for row in rows.values()):
            return None
        # A file that was rewritten meanwhile is refused in words when it is read by itself.
        if not all(small.trail.is_kept() for small in waiting):
            return None
        told = enumerate(zip(waiting, counts, strict=True))
        stored = [small.ended(count, rows.get(place)) for place, (small, count) in told]
        with transaction(self._connection):
            self._batches.insert(stored[0].source_id, several=True)
            save_progress(self._connection, stored)
            self._batches.prune_samples(stored[0].source_id, Carry())
        return stored


def whole_small_file(source: Source, definition: Definition) -> bytes | None:
    """Return the bytes of a source that can be stored with others, None for one to be read by itself.

    It is a plain file, small and ended by a newline, whose lines are each a record. Raises SourceError.
    """
    if not isinstance(source, FileSource) or MEMBER_MARK in source.name or is_address(source.name):
        return None
    if definition.kind not in _KINDS or definition.envelopes or definition.beside or definition.continues:
        return None
    if source.stat is None or source.stat[1] > LARGEST or source.compressed:
        return None
    data = source.read_at(0, LARGEST + 1)
    return data if len(data) <= LARGEST and data.endswith(b"\n") else None
