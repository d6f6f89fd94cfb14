"""The real command on real files, killed, cut short or rotated under, and whole stores compared."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from analyzer.simulate.run import Plan, simulate

ROOT = Path(__file__).resolve().parents[2]
BATCH_BYTES = 1_000_000
"""Small batches, so that a kill finds many moments between and within transactions."""

START = (
    "import resource, sys; sys.path.insert(0, sys.argv.pop(1)); "
    "import analyzer.source.lines as lines, analyzer.ingest.read as read; "
    f"lines.BATCH_BYTES = read.BATCH_BYTES = {BATCH_BYTES}; "
    "most = int(sys.argv.pop(1)); "
    "most and resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)); "
    "from analyzer.__main__ import main; main()"
)
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path, environment: dict[str, str]) -> Start:
    """Return a function that starts `analyzer` in `tmp_path`; no file may grow over `most` bytes (0: any)."""

    def begin(*arguments: str | Path, most: int = 0, stdin: Any = None) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", START, str(ROOT), str(most), *map(str, arguments)],
            cwd=tmp_path,
            env={**environment, "ANALYZER_HASH_KEY": "crash"},
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )

    return begin


@pytest.fixture
def run(start: Start) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs `analyzer` to its end."""

    def ended(*arguments: str | Path, most: int = 0) -> subprocess.CompletedProcess[str]:
        process = start(*arguments, most=most)
        out, errors = process.communicate(timeout=300)
        return subprocess.CompletedProcess([], process.returncode, out, errors)

    return ended


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, int, int], Path]:
    """Return a function that gives a simulated log: of a format, with so many requests, from a seed."""
    folder = tmp_path_factory.mktemp("crash")

    def simulated_log(format: str, requests: int, seed: int) -> Path:
        path = folder / f"{format}-{requests}-{seed}.log"
        if not path.exists():
            plan = {path: format}
            day = date(2026, 11, 20)
            simulate(Plan(plan, path.with_suffix(".json"), day, requests=requests, days=1, seed=seed))
        return path

    return simulated_log
