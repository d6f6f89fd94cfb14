"""Reading the database for many requests at once: opened for a piece of work, and closed after it.

Pieces of work that overlap share one read-only instance, each on a cursor of its own, and the last
one out closes it. So that a writer gets its turn however many readers come, newcomers wait outside
once the file has been held for long, and it then stays closed for a moment.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.errors import AnalyzerError, LockedError
from analyzer.store.open import open_reader
from analyzer.web.limits import GAP_SECONDS, LOCK_SECONDS, LONGEST_HOLD_SECONDS, STATEMENT_SECONDS

if TYPE_CHECKING:
    import duckdb

_AGAIN_SECONDS = 0.2
"""An interrupt ends the statement that runs: the next one of the same work is interrupted too."""


class OverdueError(AnalyzerError):
    """The work took longer than it may, and was stopped."""


class StoppingError(AnalyzerError):
    """The server is ending."""


class Reading:
    """The database at `path`, its times in `time_zone`; used from many threads."""

    def __init__(self, path: Path, time_zone: str) -> None:
        self.path = path
        self._time_zone = time_zone
        self._turn = threading.Condition()
        self._root: duckdb.DuckDBPyConnection | None = None
        self._users = 0
        self._opened_at = 0.0
        self._rests_until = 0.0
        self._working: set[duckdb.DuckDBPyConnection] = set()
        self._stops = False

    @contextmanager
    def connection(
        self, wait_seconds: float = LOCK_SECONDS, seconds: float = STATEMENT_SECONDS
    ) -> Iterator[duckdb.DuckDBPyConnection]:
        """Lend a cursor for a piece of work of at most `seconds`.

        Raises what `open_reader` raises, OverdueError when the time is up, StoppingError after `stop`.
        """
        cursor = self._enter(wait_seconds)
        done, late = threading.Event(), threading.Event()
        watcher = threading.Thread(target=_watch, args=(cursor, done, late, seconds), daemon=True)
        watcher.start()
        try:
            yield cursor
        # What DuckDB says of an interrupt arrives as a KeyboardInterrupt, in whichever thread it is.
        except BaseException as error:
            if self._stops:
                raise StoppingError("the server is ending") from error
            if late.is_set():
                raise OverdueError(
                    f"the answer took longer than {seconds:g} s and was stopped; ask for a shorter range"
                ) from error
            raise
        finally:
            done.set()
            watcher.join()
            self._leave(cursor)

    def stop(self) -> None:
        """Interrupt what runs, and let nobody in any more."""
        with self._turn:
            self._stops = True
            working = list(self._working)
            self._turn.notify_all()
        for cursor in working:
            with suppress(Exception):
                cursor.interrupt()

    def _enter(self, wait_seconds: float) -> duckdb.DuckDBPyConnection:
        until = time.monotonic() + wait_seconds
        with self._turn:
            while (pause := self._open(until)) > 0:
                self._turn.wait(pause)
            cursor = self._opened().cursor()
            self._users += 1
            self._working.add(cursor)
            return cursor

    def _opened(self) -> duckdb.DuckDBPyConnection:
        if self._root is None:
            raise StoppingError("the database is closed")
        return self._root

    def _open(self, until: float) -> float:
        """Open the database where it is this reader's turn; return how long to wait otherwise."""
        if self._stops:
            raise StoppingError("the server is ending")
        pause = self._pause()
        if pause or self._root is not None:
            return pause
        try:
            self._root = open_reader(self.path, 0, self._time_zone)
        except LockedError:
            if time.monotonic() >= until:
                raise
            return _AGAIN_SECONDS / 2
        self._opened_at = time.monotonic()
        return 0

    def _pause(self) -> float:
        """Return how long to wait before the door is looked at again; 0 where it is open."""
        now = time.monotonic()
        if self._root is not None:
            return GAP_SECONDS if now - self._opened_at > LONGEST_HOLD_SECONDS else 0
        return max(self._rests_until - now, 0)

    def _leave(self, cursor: duckdb.DuckDBPyConnection) -> None:
        with self._turn:
            self._working.discard(cursor)
            cursor.close()
            self._users -= 1
            if not self._users and self._root is not None:
                self._root.close()
                self._root = None
                now = time.monotonic()
                if now - self._opened_at > LONGEST_HOLD_SECONDS / 2:
                    self._rests_until = now + GAP_SECONDS
                self._turn.notify_all()


def _watch(
    cursor: duckdb.DuckDBPyConnection, done: threading.Event, late: threading.Event, seconds: float
) -> None:
    wait = seconds
    while not done.wait(wait):
        late.set()
        with suppress(Exception):
            cursor.interrupt()
        wait = _AGAIN_SECONDS
