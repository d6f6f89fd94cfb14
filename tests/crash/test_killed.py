"""A killed ingestion: run again, it gives the store of an undisturbed one, nothing lost and nothing twice."""

from __future__ import annotations

import gzip
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.stores import assert_same, moments


@pytest.fixture
def logs(simulated: Callable[..., Path], tmp_path: Path) -> list[Path]:
    """About 45,000 lines of three formats, one of the files compressed."""
    packed = tmp_path / "c.log.gz"
    packed.write_bytes(gzip.compress(simulated("ndjson", 8_000, 7).read_bytes(), 1))
    return [
        simulated("ndjson", 16_000, 5),
        simulated("python-client", 4_000, 6),
        packed,
        simulated("combined", 16_000, 5),
    ]


@pytest.mark.parametrize("kills", [15, pytest.param(80, marks=pytest.mark.proof)])
def test_a_killed_run_is_run_again(
    tmp_path: Path, logs: list[Path], start: Callable[..., Any], run: Callable[..., Any], kills: int
) -> None:
    """Killed at moments spread over the run, again and again: row for row the undisturbed store."""
    whole, database = tmp_path / "whole.duckdb", tmp_path / "killed.duckdb"
    began = time.monotonic()
    assert run("ingest", "--db", whole, *logs).returncode == 0
    longest = time.monotonic() - began
    killed = 0
    for number, moment in enumerate(moments(kills, kills, longest)):
        process = start("ingest", "--db", database, *logs)
        try:
            process.communicate(timeout=moment)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
            killed += 1
        # Kills of runs that had little or nothing left to do prove little.
        if number % 6 == 5 or process.returncode == 0:
            assert run("ingest", "--db", database, *logs).returncode == 0
            assert_same(database, whole)
            database.unlink()
    assert killed > kills // 3
    ended = run("ingest", "--db", database, *logs)
    assert ended.returncode == 0, ended.stderr
    assert_same(database, whole)
