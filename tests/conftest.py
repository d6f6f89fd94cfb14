"""What every test stands on: the real process in an empty folder, and no skipped test in CI."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

_skipped: list[str] = []


@pytest.fixture
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return a process environment in which nothing of the person's own settings shows through."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANALYZER_", "PYTEST_", "COV_"))
    }
    home = str(tmp_path_factory.mktemp("home"))
    kept.pop("XDG_CONFIG_HOME", None)
    return {**kept, "HOME": home, "COLUMNS": "96", "NO_COLOR": "1", "TERM": "dumb", "TZ": "UTC"}


@pytest.fixture
def analyzer(tmp_path: Path, environment: dict[str, str]) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Return a function that runs `analyzer` as a process of its own in `tmp_path`."""

    def run(*arguments: str | Path, stdin: str = "", **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "analyzer", *map(str, arguments)],
            input=stdin,
            cwd=tmp_path,
            env={**environment, **changes},
            capture_output=True,
            encoding="utf-8",
            timeout=120,
            check=False,
        )

    return run


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Keep the names of skipped tests; an expected failure is none."""
    if report.skipped and not hasattr(report, "wasxfail"):
        _skipped.append(report.nodeid)


def pytest_collectreport(report: pytest.CollectReport) -> None:
    """Keep the names of files that were skipped whole."""
    if report.skipped:
        _skipped.append(report.nodeid)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a failure: what is not run proves nothing."""
    is_worker = hasattr(session.config, "workerinput")
    if _skipped and os.environ.get("CI") and not is_worker:
        print(f"\nskipped in CI, which counts as a failure: {', '.join(_skipped)}", file=sys.stderr)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
