"""A disk that fills up: one clear line, nothing half done, and the next run goes on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.crash.stores import assert_same

SIZES = (5_000, 12_288, 40_000, 800_000)
MORE = (1, 9_000, 13_000, 100_000, 262_144, 500_000, 600_000, 1_000_000, 1_500_000, 2_000_000)


@pytest.mark.parametrize("sizes", [SIZES, pytest.param(SIZES + MORE, marks=pytest.mark.proof)])
def test_a_full_disk(
    tmp_path: Path, simulated: Callable[..., Path], run: Callable[..., Any], sizes: tuple[int, ...]
) -> None:
    """No file may grow over so many bytes, step by step more: at last the store is the undisturbed one's."""
    log = simulated("ndjson", 16_000, 5)
    whole, database = tmp_path / "whole.duckdb", tmp_path / "full.duckdb"
    assert run("ingest", "--db", whole, log).returncode == 0
    failed = 0
    for size in sorted(sizes):
        ended = run("ingest", "--db", database, log, most=size)
        if ended.returncode:
            failed += 1
            assert (ended.returncode, ended.stdout) == (1, "")
            assert ended.stderr.startswith("analyzer: "), ended.stderr
            assert ended.stderr.count("\n") == 1, ended.stderr
    assert failed >= 3
    ended = run("ingest", "--db", database, log)
    assert ended.returncode == 0, ended.stderr
    assert_same(database, whole)
