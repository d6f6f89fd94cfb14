"""One source of a run: whether it holds anything new, what its format is, and reading it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.errors import SourceError, UndetectedFormatError, UnknownNameError
from analyzer.format.day_order import DayOrder, order_in
from analyzer.format.definition import Definition
from analyzer.format.detect import detect
from analyzer.format.name import named_format
from analyzer.format.other_logs import other_log
from analyzer.format.zone import cst_doubt, lacks_zone
from analyzer.ingest.ahead import Ahead, begun
from analyzer.ingest.batch import Batches
from analyzer.ingest.gained import gained_others
from analyzer.ingest.moments import moment_of_untimed, written_at
from analyzer.ingest.options import Options
from analyzer.ingest.read import Reader, Reading
from analyzer.ingest.resume import Resume, resume
from analyzer.ingest.seen import Seen
from analyzer.ingest.together import WAITING, Small, Together, whole_small_file
from analyzer.ingest.totals import SourceOutcome, replaced_by, skipped_copy
from analyzer.quote import quote_text
from analyzer.source.identity import HEAD_BYTES
from analyzer.source.sample import sample_lines
from analyzer.source.stream import Source
from analyzer.store.progress import Carry, Progress, next_source_id

if TYPE_CHECKING:
    import duckdb

Tell = Callable[[str, int, int], None]
"""Called with a source's name, the bytes of it done, and all its bytes (0 where unknown)."""


_NOTHING = b" \t\r\n\0\xef\xbb\xbf"
"""What a file may begin with before there is anything to tell its format by."""


@dataclass
class Visit:
    """What a run needs to ingest its sources; `seen` is kept in step with what is read."""

    connection: duckdb.DuckDBPyConnection
    batches: Batches
    seen: Seen
    formats: Mapping[str, Definition]
    options: Options
    tell: Tell
    stopped: Callable[[], bool] = lambda: False
    together: Together | None = None
    """Where small new files wait for others, until `store_waiting`; without it each is stored at once."""
    doubts: dict[str, str] = field(default_factory=dict)
    """Source -> what of it goes unread or unknown, though its format was found."""

    def ingest(self, source: Source) -> SourceOutcome:
        """Ingest what is new in `source`. Raises SourceError.

        What became of one that waits for others `outcome_of` tells, once they are stored.
        """
        if self.seen.is_unchanged(source):
            return SourceOutcome(source.name, "skipped")
        copy_of = self.seen.copy_of(source)
        if copy_of is not None:
            return skipped_copy(source.name, copy_of)
        head = source.head()
        if not head or (self.options.format is None and len(head) < HEAD_BYTES and not head.strip(_NOTHING)):
            return SourceOutcome(source.name, "skipped", note=f"{source.name} is empty")
        waiting = self.together.waiting() if self.together else []
        found = resume(source, [*self.seen.stored(), *waiting])
        if found.names_any(waiting):
            self.store_waiting()
            return self.ingest(source)
        if found.copy_of:
            self.seen.keep_copy(source, found.copy_of.name)
            note = f"{source.name} is an older copy of {found.copy_of.name}, skipped"
            return SourceOutcome(source.name, "skipped", note=note)
        if found.known and not source.read_at(found.known.size, 1):
            return self._pass_over(source, found.known)
        return self._read(source, found)

    def _pass_over(self, source: Source, known: Progress) -> SourceOutcome:
        """Skip what is stored already, and remember another file of the same content by its name."""
        if known.name == source.name:
            return SourceOutcome(source.name, "skipped")
        if source.stat and source.stat[0] == known.file_inode:
            return SourceOutcome(
                source.name, "skipped", note=f"{source.name} was read as {known.name}, skipped"
            )
        self.seen.keep_copy(source, known.name)
        return skipped_copy(source.name, known.name)

    def _read(self, source: Source, found: Resume) -> SourceOutcome:
        # A sample is taken before anything is read: a pipe can be read only once.
        sample = [] if found.known else sample_lines(source)
        other = None if self.options.format else other_log(sample)
        if other:
            return SourceOutcome(source.name, "skipped", note=f"{source.name} is {other}: no requests in it")
        with nullcontext() if found.known else begun(source) as ahead:
            definition = self._format(source, found.known, sample)
            order = order_in(definition, sample)
            if self.together and found == Resume() and order is None:
                data = whole_small_file(source, definition)
                if data is not None:
                    return self._let_wait(self.together, source, definition, sample, data)
            self.store_waiting()
            return self._read_alone(source, definition, sample, found, ahead, order)

    def _let_wait(
        self, together: Together, source: Source, definition: Definition, sample: list[str], data: bytes
    ) -> SourceOutcome:
        """Let a small new file wait for others to be stored with it."""
        if not together.may_join(definition):
            self.store_waiting()
        waiting = together.waiting()
        number = waiting[-1].source_id + 1 if waiting else next_source_id(self.connection)
        progress = self._new(number, source, definition)
        together.add(Small(source, definition, progress, data, sample, self._lacks_zone(definition, sample)))
        if together.is_full():
            self.store_waiting()
        return SourceOutcome(source.name, WAITING)

    def store_waiting(self) -> None:
        """Store the small files that wait."""
        if not self.together:
            return
        for small, progress in self.together.store(self.options.time_zone):
            if progress is None:
                alone = self._read_alone(small.source, small.definition, small.sample, Resume())
                self.together.outcomes[small.source.name] = alone
            else:
                self.seen.keep(progress)
                self.tell(small.source.name, progress.size, progress.size)

    def outcome_of(self, outcome: SourceOutcome) -> SourceOutcome:
        """Return what became of a source that waited, now that it is stored; of any other, the same."""
        if self.together and outcome.state == WAITING:
            outcome = self.together.outcomes[outcome.name]
        doubt = self.doubts.pop(outcome.name, None) or self._of_no_request(outcome)
        return outcome.but(doubt) if doubt and outcome.state == "read" else outcome

    def _of_no_request(self, outcome: SourceOutcome) -> str | None:
        ledger = outcome.ledger
        if not self.options.format or ledger.events or not ledger.rejects or outcome.times.lacking:
            return None
        return (
            f"'{outcome.format}' finds no request in any of its lines ({ledger.lines:,}); "
            "'analyzer formats detect' says which format does"
        )

    def _read_alone(
        self,
        source: Source,
        definition: Definition,
        sample: list[str],
        found: Resume,
        ahead: Ahead | None = None,
        order: DayOrder | None = None,
    ) -> SourceOutcome:
        progress = found.known or self._new(
            next_source_id(self.connection), source, definition, found.replaces, order
        )
        written = written_at(source)
        self._set_times(progress, written)
        how = self._reading(source, definition, ahead)
        reader = Reader(self.connection, self.batches, source, progress, how)
        self.batches.stage.yearless = 0
        try:
            reader.read()
        except SourceError as error:
            self._keep(reader)
            return SourceOutcome(source.name, "failed", reader.ledger, definition.name, str(error))
        self._keep(reader)
        if found.known and not self.options.format:
            offset, rejects = found.known.resume_offset, reader.ledger.rejects
            doubt = gained_others(source, offset, rejects, definition, self.formats.values())
            self.doubts |= {source.name: doubt} if doubt else {}
        replaced = replaced_by(progress, source.is_export) if found.replaces else None
        lacks = self._lacks_zone(definition, sample)
        as_of = written if self.batches.stage.yearless else None
        guessed = order is not None and not order.is_proven
        return SourceOutcome(
            source.name, "read", reader.ledger, definition.name, replaced, reader.times, lacks, as_of, guessed
        )

    def _set_times(self, progress: Progress, written: int) -> None:
        """Have times that lack something read as they were when the source was first seen."""
        self.connection.execute(f"SET TimeZone = {quote_text(progress.time_zone)}")
        self.connection.execute("SET VARIABLE day_first = ?", [Carry.parse(progress.carry).day_first])
        self.connection.execute("SET VARIABLE written_at = ?", [written])

    def _lacks_zone(self, definition: Definition, sample: list[str]) -> bool:
        return not self.options.zone_is_given and any(lacks_zone(one, sample) for one in definition.parts)

    def _keep(self, reader: Reader) -> None:
        """Keep in step with the store; a new source of which nothing was committed is not in it."""
        if reader.progress.size:
            self.seen.keep(reader.progress)
        else:
            self.seen.drop(reader.progress)

    def _format(self, source: Source, known: Progress | None, sample: list[str]) -> Definition:
        if self.options.format:
            return named_format(self.formats, self.options.format)
        if known:
            with suppress(UnknownNameError):
                return named_format(self.formats, known.format)
        detection = detect(sample or sample_lines(source), self.formats.values())
        if detection.chosen is None:
            raise UndetectedFormatError(f"{source.name}: {detection.reason}")
        parts = () if self.options.zone_is_given else detection.chosen.parts
        doubts = [detection.doubt, *(cst_doubt(one, sample) for one in parts)]
        if any(doubts):
            self.doubts[source.name] = "; ".join(dict.fromkeys(filter(None, doubts)))
        return detection.chosen

    def _reading(self, source: Source, definition: Definition, ahead: Ahead | None) -> Reading:
        total = source.stat[1] if source.stat and not source.compressed else 0
        return Reading(
            definition,
            self.options.population or definition.population,
            moment_of_untimed(source, self.options.untimed, self.options.time_zone),
            lambda done: self.tell(source.name, done, total),
            self.stopped,
            ahead,
        )

    def _new(
        self,
        number: int,
        source: Source,
        definition: Definition,
        replaces: Progress | None = None,
        order: DayOrder | None = None,
    ) -> Progress:
        return Progress(
            number,
            source.name,
            replaces.generation + 1 if replaces else 1,
            definition.name,
            self.options.population or definition.population,
            self.options.time_zone,
            carry=Carry(day_first=order is not None and order.day_first).dump(),
        )
