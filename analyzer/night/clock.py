"""The time and the waiting of a night, so that tests and a stop signal have a hand in both."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Event

from analyzer.errors import AnalyzerError


class StoppedError(AnalyzerError):
    """Somebody asked the process to end while a night was waiting."""


@dataclass(frozen=True)
class Clock:
    """What time it is, and how to wait."""

    now: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    """The present, with a zone."""
    sleep: Callable[[float], object] = time.sleep
    is_stopped: Callable[[], bool] = lambda: False
    """Whether somebody asked the process to end."""


def stoppable(stop: Event) -> Clock:
    """Return a clock whose waiting ends with StoppedError as soon as `stop` is set."""

    def sleep(seconds: float) -> None:
        if stop.wait(seconds):
            raise StoppedError("stopped while waiting to try again; the next run goes on from here")

    return Clock(sleep=sleep, is_stopped=stop.is_set)
