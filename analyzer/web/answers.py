"""Answers kept in memory: each is worked out once at a time, in a bounded pool of threads.

An answer belongs to a state of the file. When the file has changed, its answer is worked out anew;
meanwhile, and while a writer holds the file, the last good one is given, and says how old it is.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from analyzer.errors import AnalyzerError, MissingDatabaseError, StoreError
from analyzer.web.limits import (
    AGAIN_SECONDS,
    CACHE_ANSWERS,
    CACHE_BYTES,
    CONCURRENT_WORKS,
    FRESH_SECONDS,
    GRACE_SECONDS,
    LOCK_SECONDS,
    MOST_REST_SECONDS,
    REST_FACTOR,
    STATEMENT_SECONDS,
    WAITING_WORKS,
)
from analyzer.web.reading import OverdueError, Reading
from analyzer.web.version import version_of

if TYPE_CHECKING:
    import duckdb

Work = Callable[["duckdb.DuckDBPyConnection"], Any]


class BusyError(AnalyzerError):
    """Too much waits to be worked out."""


_UNREADABLE = (StoreError, MissingDatabaseError)
_PASSING = (*_UNREADABLE, BusyError, OverdueError)
"""Errors over which an older answer is better than none."""


@dataclass(frozen=True)
class Answer:
    """What was worked out, of which state of the file, when it was read, and in how many seconds.

    `problem` says why it is not of the file's present state, where it could not be: None otherwise.
    """

    value: Any
    version: str
    read_at: float
    seconds: float
    problem: str | None = None

    def age(self) -> float:
        """Return the seconds since the file was read for it."""
        return max(time.time() - self.read_at, 0.0)


@dataclass(frozen=True)
class _Job:
    work: Work
    salt: str
    wait: float
    seconds: float


class Answers:
    """The answers about one database; used from one event loop."""

    def __init__(self, reading: Reading, wait_seconds: float) -> None:
        self._reading = reading
        self._wait = wait_seconds
        self._pool = ThreadPoolExecutor(CONCURRENT_WORKS, thread_name_prefix="answer")
        self._kept: OrderedDict[str, tuple[Answer, int]] = OrderedDict()
        self._bytes = 0
        self._current: dict[str, float] = {}
        self._flights: dict[str, asyncio.Task[Answer]] = {}
        self._again_at = 0.0
        self.last_read_at: float | None = None
        self.problem: str | None = None

    def version(self) -> str:
        """Return the present state of the file."""
        return version_of(self._reading.path)

    def held(self, key: str) -> Answer | None:
        """Return the last good answer, whatever its age."""
        found = self._kept.get(key)
        return found[0] if found else None

    async def get(self, key: str, work: Work, salt: str = "", seconds: float = STATEMENT_SECONDS) -> Answer:
        """Return the answer `key`, worked out by `work(connection)` where the kept one is too old.

        The work may take `seconds`; `salt` belongs to the state of the file, such as the minute for
        what depends on the clock. Raises what the work raises, LockedError and BusyError, where there is
        no answer to fall back on.
        """
        version, held = self.version() + salt, self.held(key)
        now = time.monotonic()
        if held is not None:
            self._kept.move_to_end(key)
            if held.version == version:
                self._current[key] = now
                return replace(held, read_at=time.time())
            behind = now - self._current.get(key, 0.0)
            if now < self._again_at:
                return replace(held, problem=self.problem)
            rest = min(REST_FACTOR * held.seconds, MOST_REST_SECONDS)
            if key not in self._flights and held.age() < rest:
                return held
            flight = self._flight(key, _Job(work, salt, LOCK_SECONDS, seconds))
            if behind <= max(FRESH_SECONDS, 2 * (rest + held.seconds)):
                return await self._soon(flight, held)
        else:
            flight = self._flight(key, _Job(work, salt, self._wait, seconds))
        return await self._landed(flight, held)

    async def _soon(self, flight: asyncio.Task[Answer], held: Answer) -> Answer:
        """Wait a moment for a flight that may land in it; return the answer held before where it does not."""
        if held.seconds < 4 * GRACE_SECONDS:
            await asyncio.wait([flight], timeout=GRACE_SECONDS)
        if flight.done() and not flight.cancelled() and flight.exception() is None:
            return flight.result()
        return replace(held, problem=self.problem)

    async def _landed(self, flight: asyncio.Task[Answer], held: Answer | None) -> Answer:
        """Wait for a flight; where the file is in use, return the answer held before, and why it is old."""
        try:
            return await asyncio.shield(flight)
        except _PASSING as error:
            if held is None:
                raise
            return replace(held, problem=_reason(error))

    def _flight(self, key: str, job: _Job) -> asyncio.Task[Answer]:
        task = self._flights.get(key)
        if task is None:
            if len(self._flights) >= WAITING_WORKS:
                raise BusyError("too many answers are being worked out; try again in a few seconds")
            task = asyncio.create_task(self._work_out(key, job))
            self._flights[key] = task
            # A failure that nobody waits for is told to whoever asks next.
            task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    async def _work_out(self, key: str, job: _Job) -> Answer:
        try:
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self._pool, self._read, job)
        except _UNREADABLE as error:
            self.problem, self._again_at = _reason(error), time.monotonic() + AGAIN_SECONDS
            raise
        finally:
            self._flights.pop(key, None)
        self.problem, self._again_at, self.last_read_at = None, 0.0, answer.read_at
        self._keep(key, answer)
        return answer

    def _read(self, job: _Job) -> Answer:
        version, read_at, started = self.version() + job.salt, time.time(), time.perf_counter()
        with self._reading.connection(job.wait, job.seconds) as connection:
            value = job.work(connection)
        return Answer(value, version, read_at, time.perf_counter() - started)

    def _keep(self, key: str, answer: Answer) -> None:
        size = len(getattr(answer.value, "body", b"")) + 1000
        before = self._kept.pop(key, None)
        self._bytes += size - (before[1] if before else 0)
        self._kept[key] = (answer, size)
        self._current[key] = time.monotonic()
        while len(self._kept) > CACHE_ANSWERS or (self._bytes > CACHE_BYTES and len(self._kept) > 1):
            gone, (_, freed) = self._kept.popitem(last=False)
            self._bytes -= freed
            self._current.pop(gone, None)

    def stop(self) -> None:
        """Interrupt what is being worked out; nothing is from now on."""
        self._reading.stop()

    def close(self) -> None:
        """Stop, and end the threads."""
        self.stop()
        self._pool.shutdown(wait=True, cancel_futures=True)


def _reason(error: AnalyzerError) -> str:
    """Return what is wrong, without the way out, which is not the reader's to take."""
    return str(error).partition(";")[0]
