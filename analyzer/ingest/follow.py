"""Following logs as they grow: a small commit whenever there is news, and the database closed in between."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import LockedError, StoreError
from analyzer.ingest.members import ingest_source
from analyzer.ingest.options import Options
from analyzer.ingest.run import Knowledge, Run
from analyzer.ingest.totals import Ledger, SourceOutcome, Totals
from analyzer.ingest.visit import Visit
from analyzer.source.follow import Watch
from analyzer.source.names import STDIN, shown
from analyzer.source.spool import Spool
from analyzer.store.compact import compact_if_needed
from analyzer.store.failure import explained
from analyzer.store.open import open_writer
from analyzer.store.runs import follow_run

if TYPE_CHECKING:
    from analyzer.source.stream import Source

_LOOK_SECONDS = 0.25
_LONGEST_HOLD = 5.0
"""A commit of much that is new is cut here, so that others get at the database."""
_TRY_SECONDS = 0.5
_COMPACT_COMMITS = 500
"""After so many small commits the file is looked at, and made small again where it pays."""
_SAY_SECONDS = 60.0
_NAMED = 5


@dataclass
class Follow:
    """A session of following.

    `database` is made by the first commit; `every` is the seconds from one commit to the next; `wait`
    those after which it is said that another process holds the database; `say` hears a line about
    anything notable; `stop` ends it.
    """

    database: Path
    knowledge: Knowledge
    options: Options
    every: float
    wait: float
    say: Callable[[str], None]
    stop: threading.Event
    between: Callable[[], None] = lambda: None
    """Called between two commits, the database being closed: it may open it, and must not keep it."""
    _sums: _Sums = field(init=False)

    def __post_init__(self) -> None:
        self._sums = _Sums()
        self._commits = 0
        self._run: int | None = None
        self._locked_since: float | None = None
        self._is_told = False

    def follow(self, watch: Watch, spool: Spool | None = None) -> Totals:
        """Ingest what `watch` and `spool` bring until `stop` is set, or the input that is all there is ends.

        Raises StoreError for a database that cannot be used; one in use by another process is waited for.
        """
        started = self._sums.said_at = time.monotonic()
        due, read = started, 0
        while True:
            ends = self.stop.is_set() or (spool is not None and spool.has_ended and not watch.names)
            watch.look()
            while watch.told:
                self.say(watch.told.pop(0))
            piped = spool is not None and spool.size > read
            news = watch.news()
            if (news or piped) and (ends or time.monotonic() >= due):
                size = spool.size if spool else 0
                if self._commit(watch, spool if piped else None):
                    read = size
                due = time.monotonic() + self.every
                self._say_sums()
            elif ends:
                break
            self.between()
            if self.stop.is_set():
                break
            self.stop.wait(min(_LOOK_SECONDS, self.every))
        return self._end(time.monotonic() - started)

    def _commit(self, watch: Watch, spool: Spool | None) -> bool:
        """Store what is new; return whether all of what was piped in is among it."""
        try:
            connection = open_writer(self.database, self._patience(), create=True)
        except LockedError as error:
            self._say_locked(error)
            return False
        self._locked_since, self._is_told = None, False
        began = time.monotonic()
        with explained(self.database), closing(connection):
            run = Run(connection, self.knowledge, self.options)
            visit = run.visit()
            visit.stopped = lambda: self._is_over(began)
            for followed in watch.news():
                stat = followed.stat()
                self._ingest(visit, followed.source())
                if self._is_over(began):
                    break
                followed.read = stat
            if spool is not None and not self._is_over(began):
                self._ingest(visit, spool.source())
                _give_up(visit, spool)
            self._sums.duplicates += run.set_aside() or 0
            if self._sums.outcomes:
                totals = self._sums.totals(time.monotonic() - self._sums.began).as_json()
                self._run = follow_run(connection, self._run, totals)
        self._commits += 1
        if self._commits % _COMPACT_COMMITS == 0:
            self._compact()
        return not self._is_over(began)

    def _is_over(self, began: float) -> bool:
        return self.stop.is_set() or time.monotonic() - began > max(_LONGEST_HOLD, self.every)

    def _ingest(self, visit: Visit, source: Source) -> None:
        for outcome in ingest_source(visit, source, []):
            note = outcome.note
            if note and not note.endswith(" is empty") and self._sums.is_news(outcome):
                self.say(note)
            self._sums.add(replace(outcome, note=None))

    def _patience(self) -> float:
        return self.wait if self.stop.is_set() else min(_TRY_SECONDS, self.wait)

    def _say_locked(self, error: LockedError) -> None:
        now = time.monotonic()
        self._locked_since = self._locked_since or now - _TRY_SECONDS
        if not self._is_told and (self.stop.is_set() or now - self._locked_since >= self.wait):
            reason = str(error).partition(";")[0]
            self.say(
                f"{reason}; what is new is stored when it is free"
                if not self.stop.is_set()
                else f"{reason}; what is new is stored by the next run"
            )
            self._is_told = True

    def _say_sums(self) -> None:
        now = time.monotonic()
        if now - self._sums.said_at >= _SAY_SECONDS and (said := self._sums.since_said(now)):
            self.say(said)

    def _compact(self) -> None:
        try:
            compact_if_needed(self.database, _TRY_SECONDS)
        except StoreError as error:
            self.say(str(error))

    def _end(self, seconds: float) -> Totals:
        totals = self._sums.totals(seconds)
        if self._run is not None:
            try:
                with explained(self.database), closing(open_writer(self.database, self.wait)) as connection:
                    follow_run(connection, self._run, totals.as_json(), "done")
                self._compact()
            except LockedError:
                self.say("the database is in use, so that the end of this run is not recorded in it")
        return totals


class _Sums:
    """What a session has read so far, a line a source."""

    def __init__(self) -> None:
        self.began = self.said_at = time.monotonic()
        self.outcomes: dict[str, SourceOutcome] = {}
        self.duplicates = 0
        self._notes: dict[str, str | None] = {}
        self._said = Ledger()

    def is_news(self, outcome: SourceOutcome) -> bool:
        """Tell whether a source's note differs from what was said of it last."""
        if self._notes.get(outcome.name) == outcome.note:
            return False
        self._notes[outcome.name] = outcome.note
        return True

    def add(self, outcome: SourceOutcome) -> None:
        """Add what became of a source; one that was read stays read though it has nothing new."""
        before = self.outcomes.get(outcome.name)
        if before is not None:
            state = before.state if outcome.state == "skipped" and before.state == "read" else outcome.state
            outcome = replace(
                outcome,
                state=state,
                ledger=before.ledger + outcome.ledger,
                times=before.times + outcome.times,
                lacks_zone=before.lacks_zone or outcome.lacks_zone,
                as_of=outcome.as_of or before.as_of,
                order_is_guessed=before.order_is_guessed or outcome.order_is_guessed,
            )
        self.outcomes[outcome.name] = outcome

    def totals(self, seconds: float) -> Totals:
        """Return the totals so far."""
        return Totals(tuple(self.outcomes.values()), (), seconds, self.duplicates or None)

    def since_said(self, now: float) -> str | None:
        """Return in words what came since this was asked last, None for nothing."""
        ledger = self.totals(0).ledger
        new = ledger - self._said
        minutes, self.said_at, self._said = (now - self.said_at) / 60, now, ledger
        if not new.lines:
            return None
        return f"in {minutes:.0f} min: {new.lines:,} lines, {new.events:,} events, {new.failures:,} failed"


def begin(paths: Sequence[str], files: int) -> str:
    """Return the first words of a session over `paths`, which stand for so many files now."""
    named = ", ".join(shown(path) if path != STDIN else "standard input" for path in paths[:_NAMED])
    more = f" and {len(paths) - _NAMED} more" if len(paths) > _NAMED else ""
    if list(paths) == [STDIN]:
        return f"following {named}"
    return f"following {named}{more} ({files:,} file{'' if files == 1 else 's'} now)"


def _give_up(visit: Visit, spool: Spool) -> None:
    """Forget what was piped in and is stored."""
    piped = [progress for progress in visit.seen.stored() if progress.name == spool.name]
    if piped and not spool.source().compressed:
        spool.give_up(max(piped, key=lambda progress: progress.source_id).resume_offset)
