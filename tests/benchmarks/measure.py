"""Time and peak memory of whole processes, taken in turns so that a busy machine hits all alike."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PYTHON = sys.executable
ANALYZER = (PYTHON, "-m", "analyzer")

_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
"""As a person's: modules that were compiled once are not compiled at each start."""


@dataclass(frozen=True)
class Measure:
    """What one process took, from its start to its end."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Row:
    """One line of the table: a figure, what it should be, and where it comes from."""

    name: str
    figure: str
    wanted: str
    details: str


class Run:
    """Commands that belong together, run one after the other, and what must be gone before them."""

    def __init__(self, *commands: Sequence[str | Path], fresh: Sequence[Path] = ()) -> None:
        self.commands = commands
        self.fresh = fresh

    def measured(self) -> Measure:
        """Run the commands; return their time together and the highest peak of memory."""
        for path in self.fresh:
            for left in path.parent.glob(f"{path.name}*"):
                left.unlink()
        measures = [measured(command) for command in self.commands]
        return Measure(sum(one.seconds for one in measures), max(one.megabytes for one in measures))


def measured(command: Sequence[str | Path]) -> Measure:
    """Run one process to its end. Raises RuntimeError with its last words when it fails."""
    # The kernel counts the parent's own memory in a child's peak, so the parent must stay small: nothing
    # heavy is imported in the benchmarks' process.
    started = time.perf_counter()
    process = subprocess.Popen(
        list(map(str, command)),
        env=_ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"{' '.join(map(str, command))}: {said.decode(errors='replace')[-500:]}")
    return Measure(time.perf_counter() - started, usage.ru_maxrss / 1024)


def in_turns(runs: Mapping[str, Run], rounds: int) -> dict[str, Measure]:
    """Run each of the runs `rounds` times, alternating; return the medians of time and the highest memory."""
    taken: dict[str, list[Measure]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            taken[name].append(run.measured())
    return {
        name: Measure(statistics.median(one.seconds for one in all_), max(one.megabytes for one in all_))
        for name, all_ in taken.items()
    }


def found_program(name: str) -> str | None:
    """Return the path of a program, or None where it is not installed."""
    return shutil.which(name)
