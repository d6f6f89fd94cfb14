"""A night's steps: tried, tried again, and recorded, so that the next call goes on where one ended."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from analyzer.errors import AnalyzerError, UsageError
from analyzer.night.clock import StoppedError
from analyzer.night.night import Setting
from analyzer.night.period import Period
from analyzer.store.nights import (
    DONE,
    FAILED,
    RUNNING,
    NightRecord,
    StepRecord,
    begin_night,
    finish_night,
    nights_of,
    record_step,
    steps_of,
)
from analyzer.store.open import open_writer

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")

STEPS = ("ingest", "summary", "delivery", "retention", "heartbeat")
_RECORD_SECONDS = 60.0
"""What was done must be written down: the database is waited for at least so long."""


class Journal:
    """The store's memory of one night. Without a database nothing is remembered, and nothing is known."""

    def __init__(self, setting: Setting, period: Period, by_hand: bool = False) -> None:
        self._by_hand = by_hand
        self._setting = setting
        self._period = period
        self._steps: dict[str, StepRecord] = {}
        self._connection: duckdb.DuckDBPyConnection | None = None
        self._began = time.monotonic()
        self._anew: bool | None = None
        """Set from `begin` on, until there is a database in which the beginning is recorded."""

    def begin(self, anew: bool) -> None:
        """Record that the night begins or goes on; `anew` forgets the steps that were done."""
        self._anew = anew
        self._opened()

    def _begin(self, connection: duckdb.DuckDBPyConnection) -> None:
        period, now = self._period, self._setting.clock.now()
        span = (period.since, period.until, period.zone.key)
        begin_night(
            connection, period.kind, period.name, span, now, anew=self._anew is True, by_hand=self._by_hand
        )
        self._steps = steps_of(connection, period.kind, period.name) | self._steps
        self._anew = None

    def found(self) -> NightRecord | None:
        """Return what is recorded of the night; None for nothing."""
        connection = self._opened()
        return None if connection is None else nights_of(connection, self._period.kind).get(self._period.name)

    def is_done(self, step: str) -> bool:
        """Say whether a step was done by this call or an earlier one."""
        return step in self._steps and self._steps[step].outcome == DONE

    def run(self, step: str, work: Callable[[], T], reason: Callable[[T], str | None] | None = None) -> T:
        """Run a step, again after a pause where it fails, and record each attempt.

        `reason` says what is notable about a step that succeeded. Raises what the last attempt raised; a
        misuse and a stop are not tried again.
        """
        before = self._steps[step].attempts if step in self._steps else 0
        pauses = self._setting.pauses
        for attempt in range(1, len(pauses) + 2):
            self._record(StepRecord(step, RUNNING, before + attempt))
            self.close()
            try:
                found = work()
            except AnalyzerError as error:
                self._record(StepRecord(step, FAILED, before + attempt, str(error)))
                if attempt > len(pauses) or isinstance(error, UsageError | StoppedError):
                    raise
                pause = pauses[attempt - 1]
                self.close()
                self._setting.say(
                    f"{self._period.name}: {step} failed: {error}; trying again in {pause:g} s",
                    event="retry",
                    step=step,
                )
                self._setting.clock.sleep(pause)
            else:
                self._record(StepRecord(step, DONE, before + attempt, reason(found) if reason else None))
                return found
        raise AssertionError("the last attempt returns or raises")

    def leave_open(self, step: str, reason: str) -> None:
        """Record that a step that ran is not done after all: the next call runs it again."""
        self._record(StepRecord(step, FAILED, self._steps[step].attempts, reason))

    def finish(self, outcome: str, verdict: str | None, crossed: tuple[str, ...]) -> None:
        """Record what the night came to."""
        record = NightRecord(self._period.kind, self._period.name, outcome, verdict, crossed)
        if (connection := self._opened()) is not None:
            seconds = round(time.monotonic() - self._began, 3)
            finish_night(connection, record, self._setting.clock.now(), seconds)

    def _record(self, step: StepRecord) -> None:
        self._steps[step.step] = step
        period, position = self._period, STEPS.index(step.step) + 1
        if (connection := self._opened()) is not None:
            record_step(connection, period.kind, period.name, position, step, self._setting.clock.now())

    def close(self) -> None:
        """Close the database, which is open from one record to the next, and never during a step."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _opened(self) -> duckdb.DuckDBPyConnection | None:
        if self._connection is None:
            if not self._setting.database.exists():
                return None
            # Until something is done nothing is lost by giving up.
            wait = max(self._setting.wait, _RECORD_SECONDS) if self._steps else self._setting.wait
            self._connection = open_writer(self._setting.database, wait)
        if self._anew is not None:
            self._begin(self._connection)
        return self._connection
