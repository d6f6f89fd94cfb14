"""Reading one source into the store: from where it was left, batch by batch, each in a transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from analyzer.errors import SourceError
from analyzer.format.definition import Definition
from analyzer.ingest.ahead import Ahead, batch_size
from analyzer.ingest.batch import Batches
from analyzer.ingest.outcome import odd_times
from analyzer.ingest.resume import Trail, as_read
from analyzer.ingest.stage import Staged
from analyzer.ingest.totals import Ledger, OddTimes
from analyzer.source.cut import Cut
from analyzer.source.lines import BATCH_BYTES, Chunk, read_chunks
from analyzer.source.stream import Source
from analyzer.store.progress import Carry, Progress, forget_progress, save_progress, stored_carry

if TYPE_CHECKING:
    import duckdb

_NESTED_BATCH_BYTES = 8 * 1024 * 1024
"""Of lines that hold many records less is read at once: taken apart they are ten times as large."""

_LONGEST_RECORD = 4 * BATCH_BYTES
"""A record that runs on for this many bytes is taken as ended, lest memory be filled with it."""


@dataclass(frozen=True)
class Reading:
    """How a source is read: its format, the time of lines without any (microseconds since 1970), and
    who is told how many bytes of it have been stored."""

    definition: Definition
    population: str
    untimed: int | None
    tell: Callable[[int], None]
    stopped: Callable[[], bool] = lambda: False
    """Asked after each batch: whether to leave the rest for another time."""
    ahead: Ahead | None = None
    """The chunks of a source that was begun already."""


class Reader:
    """Reads one source from its stored progress on, and keeps that progress in step with its events."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        batches: Batches,
        source: Source,
        progress: Progress,
        how: Reading,
    ) -> None:
        self._connection = connection
        self._batches = batches
        self._source = source
        self.progress = progress
        self._how = how
        self.times = OddTimes()
        self._before = ledger_of(progress)
        self._committed = progress
        self._carry = Carry.parse(progress.carry)
        self._is_open = False
        self._start: dict[str, Any] = {}

    @property
    def ledger(self) -> Ledger:
        """The net change of the source's ledger that was committed."""
        return ledger_of(self._committed) - self._before

    def read(self) -> None:
        """Read what is new. Raises SourceError; `progress` and `ledger` are what was committed before.

        Each batch commits with its offset. A compressed source that turns out to be damaged is taken
        out again, back to where its last whole reading ended.
        """
        try:
            self._read_on()
        except BaseException as error:
            if self._is_open:
                # Where the disk is full the transaction has ended already, or its end fails too.
                with suppress(Exception):
                    self._connection.execute("ROLLBACK")
            if isinstance(error, SourceError) and self._source.compressed:
                self._undo()
            self.progress = self._committed
            raise

    def _read_on(self) -> None:
        offset = self.progress.resume_offset
        trail = Trail(self._source, offset, self._carry.marks)
        self._start = trail.identity()
        held = memoryview(b"")
        with self._chunks(offset) as chunks:
            for chunk in chunks:
                trail.follow(chunk.data)
                data = memoryview(bytes(held) + bytes(chunk.data)) if len(held) else chunk.data
                held = data[self._store_records(data, None if len(held) else chunk.cut) :]
                self._begin()
                if chunk.ended:
                    self._finish(held)
                if not trail.is_kept():
                    raise SourceError(
                        f"{self._source.name}: was truncated or rewritten while it was read; "
                        "run again to read what it holds now"
                    )
                self._save(trail, chunk.ended)
                self._connection.execute("COMMIT")
                self._is_open = False
                self._committed = self.progress
                self._how.tell(trail.size)
                if self._how.stopped():
                    return

    def _begin(self) -> None:
        """Open the batch's transaction; the first takes the provisional last record out.

        Only now: what is staged within a transaction DuckDB would read with one thread.
        """
        if self._is_open:
            return
        self._connection.execute("BEGIN")
        self._is_open = True
        if self._carry.tail:
            self._batches.take_out(self.progress.source_id, self.progress.resume_line, self._carry)
            self._count(Ledger() - Ledger(**self._carry.tail))
            self._carry = replace(self._carry, tail={})
        if self._source.compressed and self._carry.start is None:
            # What stands in the store now: all but the record that was provisional.
            self._carry = replace(self._carry, start=asdict(self._restart(self._start)))

    def _restart(self, identity: dict[str, Any]) -> Progress:
        known = replace(self.progress, file_inode=None, file_size=None, file_changed_ns=None)
        return replace(known, carry=self._carry.dump(), **identity)

    def _undo(self) -> None:
        """Take out what was stored of a compressed source since its last whole reading."""
        start = Carry.parse(stored_carry(self._connection, self.progress.source_id)).start
        if start is None:
            return
        before = Progress(**start)
        self._connection.execute("BEGIN")
        self._batches.take_out(before.source_id, before.resume_line, Carry.parse(before.carry))
        if before.size:
            save_progress(self._connection, [before])
        else:
            forget_progress(self._connection, before.source_id)
        self._connection.execute("COMMIT")
        self._committed = before

    def _store_records(self, data: memoryview, cut: Cut | None) -> int:
        """Store the whole records at the start of `data`; return how many bytes they are.

        The last record of a format with continuations is whole only when the next one has started.
        """
        end = _after_last_newline(data)
        if not end:
            return 0
        first = self.progress.resume_line
        staged = self._stage(data[:end], cut)
        if self._how.definition.continues and end < _LONGEST_RECORD:
            staged = self._batches.stage.without_last_record(staged, first, self._carry)
            end = staged.end_offset - self.progress.resume_offset
        if end:
            self._begin()
            self._insert(staged.ledger)
            after = first + staged.ledger.lines
            openers, header = self._batches.open_requests(after), self._batches.stage.header_before(after)
            self._carry = replace(
                self._carry,
                last_ts=staged.last_ts,
                openers=openers,
                header=header,
                taken=staged.taken,
                reasons=self._batches.open_reasons(after),
            )
            offset = self.progress.resume_offset + end
            self.progress = replace(self.progress, resume_offset=offset, resume_line=after)
        return end

    def _finish(self, rest: memoryview) -> None:
        """Store what stands at the source's end and may go on later: it is counted, and read again then."""
        if len(rest):
            staged = self._stage(rest)
            self._insert(staged.ledger)
            self._carry = replace(self._carry, tail=asdict(staged.ledger))

    def _stage(self, data: memoryview, cut: Cut | None = None) -> Staged:
        chunk = Chunk(data, self.progress.resume_offset, ended=True, cut=cut)
        how = self._how
        line = self.progress.resume_line
        return self._batches.stage.take(chunk, line, how.definition, self._carry, how.untimed, self._is_open)

    def _insert(self, ledger: Ledger) -> None:
        self.times += odd_times(self._connection)
        self._batches.insert(self.progress.source_id)
        self._count(ledger)

    def _count(self, ledger: Ledger) -> None:
        counts = asdict(ledger_of(self.progress) + ledger)
        self.progress = replace(self.progress, **counts)

    def _save(self, trail: Trail, ended: bool) -> None:
        if ended:
            self._carry = replace(self._carry, start=None)
        self._carry = replace(self._carry, marks=trail.marks())
        self.progress = as_read(self.progress, self._source, trail, self._how.population, self._carry, ended)
        save_progress(self._connection, [self.progress])
        self._batches.prune_samples(self.progress.source_id, self._carry)

    @contextmanager
    def _chunks(self, offset: int) -> Iterator[Iterator[Chunk]]:
        """Open the source's chunks from `offset` on: those that were begun already, where they fit."""
        most = _NESTED_BATCH_BYTES if self._how.definition.kind == "otlp" else BATCH_BYTES
        size, ahead = batch_size(self._source, offset, most), self._how.ahead
        if ahead is not None and (offset, size) == (0, ahead.size):
            yield ahead.chunks
            return
        with self._source.stream(offset) as stream:
            yield read_chunks(stream, offset, size)


def ledger_of(progress: Progress) -> Ledger:
    """Return the ledger of a source."""
    return Ledger(**{name: getattr(progress, name) for name in Ledger.__dataclass_fields__})


def _after_last_newline(data: memoryview) -> int:
    end = len(data)
    while end:
        start = max(0, end - 65536)
        found = bytes(data[start:end]).rfind(b"\n")
        if found >= 0:
            return start + found + 1
        end = start
    return 0
