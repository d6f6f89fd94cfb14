"""Following logs beside something else: in a process of its own, which ends with the one that began it.

A process of its own, because DuckDB does not open a file for reading and for writing in one process,
and because storing a batch would make answers wait.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import signal
import sys
import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

    from analyzer.config import Configuration


@dataclass(frozen=True)
class Followed:
    """What to follow: paths into a store, as `Store.follow` takes them, and the options it is given."""

    paths: tuple[str, ...]
    database: Path
    configuration: Configuration
    wait: float
    options: Mapping[str, Any]


class Following:
    """A process that follows logs into the store from `start` to `stop`."""

    def __init__(self, followed: Followed) -> None:
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
        """Say why nothing is followed any more; None while it is."""
        if self._process.is_alive():
            return None
        return f"the following of logs ended with exit code {self._process.exitcode}"


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
        store.follow(_names(followed.paths), stop=stop, say=_say, **followed.options)
    except AnalyzerError as error:
        _say(" ".join(str(error).split()))
        sys.exit(error.exit_code)


def _names(paths: Sequence[str]) -> list[str | Path]:
    return list(paths)


def _wait_for_the_end(until: Connection, stop: threading.Event) -> None:
    with contextlib.suppress(OSError):
        until.poll(None)
    stop.set()


def _say(line: str) -> None:
    print(f"analyzer: {line}", file=sys.stderr, flush=True)
