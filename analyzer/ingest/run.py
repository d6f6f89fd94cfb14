"""A run of the ingestion: every source in turn, and what became of its lines."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.classification.entry import Catalog
from analyzer.format.definition import Definition
from analyzer.format.name import named_format
from analyzer.ingest.batch import OPENER_REACH, Batches
from analyzer.ingest.catalogs import changed_catalogs, save_catalogs, save_entries
from analyzer.ingest.mask import Mask
from analyzer.ingest.members import ingest_named
from analyzer.ingest.options import Options
from analyzer.ingest.seen import Seen
from analyzer.ingest.together import Together
from analyzer.ingest.totals import Totals
from analyzer.ingest.visit import Tell, Visit
from analyzer.source.find import find_sources
from analyzer.store.duplicates import count_duplicates, sets_aside, settle, tell_dedupe
from analyzer.store.runs import record_run

if TYPE_CHECKING:
    import duckdb


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
        visit = self.visit()
        visit.together = Together(self.connection, visit.batches)
        told = [outcome for name in names for outcome in ingest_named(visit, name, passed_over)]
        visit.store_waiting()
        outcomes = [visit.outcome_of(outcome) for outcome in told]
        duplicates = self.set_aside()
        totals = Totals(tuple(outcomes), tuple(passed_over), time.monotonic() - started, duplicates)
        record_run(self.connection, "ingest", totals.as_json())
        return totals

    def visit(self) -> Visit:
        """Return what is needed to ingest sources one by one. Raises UnknownNameError."""
        if self.options.format:
            named_format(self.knowledge.formats, self.options.format)
        self._prepare_catalogs()
        batches = Batches(self.connection, self.knowledge.catalogs, self.knowledge.masks)
        seen = Seen(self.connection)
        return Visit(self.connection, batches, seen, self.knowledge.formats, self.options, self.tell)

    def set_aside(self) -> int | None:
        """Settle which events are duplicates; return the change of their number, if it is wanted."""
        self.connection.execute("SET TimeZone = 'UTC'")
        before = count_duplicates(self.connection)
        self.connection.execute("BEGIN")
        tell_dedupe(self.connection, self.options.dedupe)
        settle(self.connection, OPENER_REACH)
        self.connection.execute("COMMIT")
        after = count_duplicates(self.connection)
        return after - before if before or after or sets_aside(self.connection) else None

    def _prepare_catalogs(self) -> None:
        """Keep the entries that new events name; the catalogues' hashes stay those of the history."""
        known = self.connection.execute("SELECT count(*) FROM stored.catalog").fetchone()
        self.connection.execute("BEGIN")
        if not known or not known[0]:
            save_catalogs(self.connection, self.knowledge.catalogs)
        elif changed_catalogs(self.connection, self.knowledge.catalogs):
            save_entries(self.connection, self.knowledge.catalogs)
        self.connection.execute("COMMIT")
