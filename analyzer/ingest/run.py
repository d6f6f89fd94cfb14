"""A run of the ingestion: every source in turn, and what became of its lines."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from analyzer.classification.entry import Catalog
from analyzer.errors import SourceError, UndetectedFormatError
from analyzer.format.definition import Definition, named_format
from analyzer.format.detect import detect
from analyzer.ingest.batch import Batches
from analyzer.ingest.catalogs import changed_catalogs, save_catalogs, save_entries
from analyzer.ingest.mask import Mask
from analyzer.ingest.read import Reader, Reading
from analyzer.ingest.resume import is_unchanged, resume
from analyzer.ingest.totals import SourceOutcome, Totals
from analyzer.quote import quote_text
from analyzer.source.find import find_sources
from analyzer.source.stream import Source, open_source, sample_lines
from analyzer.store.progress import Progress, all_progress, next_source_id
from analyzer.store.runs import record_run

if TYPE_CHECKING:
    import duckdb

Tell = Callable[[str, int, int], None]
"""Called with a source's name, the bytes of it done, and all its bytes (0 where unknown)."""


@dataclass(frozen=True)
class Options:
    """How to ingest.

    `format` overrides detection; `population` overrides the format's; `time_zone` is that of times
    without a zone; `untimed` gives lines of a log without any time one: `mtime`, `now` or an ISO moment.
    """

    format: str | None = None
    population: str | None = None
    time_zone: str = "UTC"
    untimed: str | None = None


@dataclass(frozen=True)
class Knowledge:
    """The data files that an ingestion works with."""

    catalogs: Sequence[Catalog]
    formats: Mapping[str, Definition]
    masks: Sequence[Mask]


@dataclass
class Run:
    """One run over `connection`, which it neither opens nor closes."""

    connection: duckdb.DuckDBPyConnection
    knowledge: Knowledge
    options: Options = field(default_factory=Options)
    tell: Tell = lambda name, done, total: None

    def ingest(self, paths: Sequence[str]) -> Totals:
        """Ingest `paths` and record the run; a source that fails leaves the others alone.

        Raises MissingPathError and UnknownNameError before anything is read.
        """
        started = time.monotonic()
        names, passed_over = find_sources(paths)
        if self.options.format:
            named_format(self.knowledge.formats, self.options.format)
        self._prepare_catalogs()
        batches = Batches(self.connection, self.knowledge.catalogs, self.knowledge.masks)
        stored = {progress.source_id: progress for progress in all_progress(self.connection)}
        outcomes = [self._ingest_one(name, batches, stored) for name in names]
        self.connection.execute("SET TimeZone = 'UTC'")
        totals = Totals(tuple(outcomes), tuple(passed_over), time.monotonic() - started)
        record_run(self.connection, "ingest", totals.as_json())
        return totals

    def _prepare_catalogs(self) -> None:
        """Keep the entries that new events name; the catalogues' hashes stay those of the history."""
        known = self.connection.execute("SELECT count(*) FROM stored.catalog").fetchone()
        self.connection.execute("BEGIN")
        if not known or not known[0]:
            save_catalogs(self.connection, self.knowledge.catalogs)
        elif changed_catalogs(self.connection, self.knowledge.catalogs):
            save_entries(self.connection, self.knowledge.catalogs)
        self.connection.execute("COMMIT")

    def _ingest_one(self, name: str, batches: Batches, stored: dict[int, Progress]) -> SourceOutcome:
        try:
            source = open_source(name)
            if is_unchanged(source, list(stored.values())):
                return SourceOutcome(name, "skipped")
            return self._read(source, batches, stored)
        except SourceError as error:
            return SourceOutcome(name, "failed", note=str(error))

    def _read(self, source: Source, batches: Batches, stored: dict[int, Progress]) -> SourceOutcome:
        if not source.head():
            return SourceOutcome(source.name, "skipped", note=f"{source.name} is empty")
        found = resume(source, list(stored.values()))
        if found.known and not source.read_at(found.known.size, 1):
            note = None if found.known.name == source.name else f"{source.name} is a copy of {found.known.name}, skipped"
            return SourceOutcome(source.name, "skipped", note=note)
        definition = self._format(source, found.known)
        progress = found.known or self._new(source, definition, found.replaces)
        total = source.stat[1] if source.stat and not source.compressed else 0
        how = Reading(
            definition,
            self.options.population or definition.population,
            self._untimed(source),
            lambda done: self.tell(source.name, done, total),
        )
        # Times without a zone go on being read as they were when the source was first seen.
        self.connection.execute(f"SET TimeZone = {quote_text(progress.time_zone)}")
        reader = Reader(self.connection, batches, source, progress, how)
        ledger = reader.read()
        stored[reader.progress.source_id] = reader.progress
        note = None
        if found.replaces:
            note = f"{source.name} was rewritten or truncated since it was last read; taken as a new file (generation {progress.generation})"
        return SourceOutcome(source.name, "read", ledger, definition.name, note, reader.no_time)

    def _format(self, source: Source, known: Progress | None) -> Definition:
        formats = self.knowledge.formats
        if self.options.format:
            return named_format(formats, self.options.format)
        if known and known.format in formats:
            return formats[known.format]
        detection = detect(sample_lines(source), formats.values())
        if detection.chosen is None:
            raise UndetectedFormatError(f"{source.name}: {detection.reason}")
        return detection.chosen

    def _new(self, source: Source, definition: Definition, replaces: Progress | None) -> Progress:
        generation = replaces.generation + 1 if replaces else 1
        number = next_source_id(self.connection)
        population = self.options.population or definition.population
        return Progress(number, source.name, generation, definition.name, population, self.options.time_zone)

    def _untimed(self, source: Source) -> int | None:
        """Return the moment for lines of a log without any time, in microseconds since 1970."""
        wanted = self.options.untimed
        if wanted is None:
            return None
        if wanted == "mtime" and source.stat:
            return source.stat[2] // 1000
        moment = datetime.now(UTC) if wanted in ("now", "mtime") else datetime.fromisoformat(wanted)
        return int(moment.astimezone(UTC).timestamp() * 1_000_000)
