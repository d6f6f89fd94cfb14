"""Following logs and judging alert rules beside something else, in a process that ends with its beginner.

A process of its own, because DuckDB does not open a file for reading and for writing in one process,
and because storing a batch would make answers wait.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from analyzer.config import Configuration

_BEAT_SECONDS = 1.0
"""How often it is looked whether the rules are due."""


@dataclass(frozen=True)
class Followed:
    """What to follow: paths into a store, as `Store.follow` takes them, and the options it is given.

    Without paths only the configuration's alert rules are judged, which following does too.
    """

    paths: tuple[str, ...]
    database: Path
    configuration: Configuration
    wait: float
    options: Mapping[str, Any]


class Following:
    """A process that follows logs into the store, or judges its alert rules, from `start` to `stop`."""

    def __init__(self, followed: Followed) -> None:
        self.task = "follow" if followed.paths else "alerts"
        context = multiprocessing.get_context("spawn")
        theirs, self._ours = context.Pipe(duplex=False)
        self._theirs = theirs
        self._process = context.Process(target=_follow, args=(followed, theirs), daemon=True)

    def start(self) -> None:
        """Begin. What is notable is said on standard error."""
        self._process.start()
        self._theirs.close()

    def stop(self, seconds: float) -> None:
        """Let it store what it has read, and end; it is ended after `seconds`."""
        self._ours.close()
        self._process.join(seconds)
        if self._process.is_alive():
            self._process.terminate()
            self._process.join(seconds)

    def problem(self) -> str | None:
        """Say why it is not done any more; None while it is."""
        if self._process.is_alive():
            return None
        what = "the following of logs" if self.task == "follow" else "the judging of alert rules"
        return f"{what} ended with exit code {self._process.exitcode}"


def _follow(followed: Followed, until: Connection) -> None:
    """Follow until the other end of `until` is closed, on purpose or by the end of its process."""
    from analyzer.api.store import Store
    from analyzer.errors import AnalyzerError

    stop = threading.Event()
    # Ctrl-C reaches every process of the terminal; the one that began this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda number, frame: stop.set())
    threading.Thread(target=_wait_for_the_end, args=(until, stop), daemon=True).start()
    try:
        store = Store(
            followed.database, wait=followed.wait, configuration=followed.configuration, create=True
        )
        if followed.paths:
            store.follow(list(followed.paths), stop=stop, say=_say, **followed.options)
        else:
            _judge(followed, stop)
    except AnalyzerError as error:
        _say(" ".join(str(error).split()))
        sys.exit(error.exit_code)


def _judge(followed: Followed, stop: threading.Event) -> None:
    from analyzer.api.beat import beat_of

    beat = beat_of(followed.database, followed.configuration, _say)
    while not stop.wait(_BEAT_SECONDS):
        beat()


def _wait_for_the_end(until: Connection, stop: threading.Event) -> None:
    with contextlib.suppress(OSError):
        until.poll(None)
    stop.set()


def _say(line: str) -> None:
    print(f"analyzer: {line}", file=sys.stderr, flush=True)
