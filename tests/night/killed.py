"""Nights in processes of their own that are killed at a chosen moment.

Run as a script it loads everything once, and then, for each line `FOLDER NOW MOMENT` of its input,
runs the nights of that folder in a forked process with the clock at NOW. The process kills itself in the
moment of that number: before or after any of the things that a night changes. 0 lets it run to its end.
It answers `SIGNAL MOMENTS`: what ended the process, and how many moments it came by.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

CHANGES = (
    ("analyzer.night.journal", ("begin_night", "record_step", "finish_night")),
    ("analyzer.delivery.deliver", ("claim", "settle")),
    ("analyzer.delivery.send", ("send",)),
    ("analyzer.night.steps", ("write_whole", "write_calendar", "beat")),
    ("analyzer.ingest.run", ("Run.ingest",)),
    ("analyzer.store.retention", ("expire",)),
    ("pathlib", ("Path.replace",)),
)
"""Module -> functions before and after which a night may be killed."""


class Moments:
    """Counts the moments that a night comes by, and ends the process in one of them."""

    def __init__(self, last: int) -> None:
        self._last = last
        self.count = 0

    def watch(self) -> None:
        """Put a moment before and after each of the changes."""
        from importlib import import_module

        for module, names in CHANGES:
            for name in names:
                owner: Any = import_module(module)
                *holders, function = name.split(".")
                for holder in holders:
                    owner = getattr(owner, holder)
                setattr(owner, function, self._watched(getattr(owner, function)))

    def _watched(self, function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def with_moments(*arguments: Any, **options: Any) -> Any:
            self._come()
            found = function(*arguments, **options)
            self._come()
            return found

        return with_moments

    def _come(self) -> None:
        self.count += 1
        if self.count == self._last:
            os.kill(os.getpid(), signal.SIGKILL)


def night(folder: Path, now: str, moment: int, counted: int) -> None:
    """Run what is due in the folder, and write the number of moments to the pipe `counted`."""
    from tests.night.house import House

    moments = Moments(moment)
    moments.watch()
    house = House.found(folder)
    house.due(now)
    os.write(counted, str(moments.count).encode())


def main() -> None:
    """Answer each line of the input."""
    import apprise  # noqa: F401
    import duckdb  # noqa: F401
    import requests  # noqa: F401

    import analyzer.ingest.run
    import analyzer.night.pages
    import analyzer.night.run
    import analyzer.report.page  # noqa: F401

    for line in sys.stdin:
        folder, now, moment = line.rsplit(" ", 2)
        heard, counted = os.pipe()
        child = os.fork()
        if child == 0:
            code = 1
            try:
                night(Path(folder), now, int(moment), counted)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        os.close(counted)
        count = os.read(heard, 20).decode() or "0"
        os.close(heard)
        ended = os.waitstatus_to_exitcode(status)
        print(-ended if ended < 0 else 0 if ended == 0 else f"{ended} failed", count, flush=True)


if __name__ == "__main__":
    main()
