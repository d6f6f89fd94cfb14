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


NIGHT_SIZES = (200, 1_000, 2_400_000)
MORE_NIGHTS = (1, 3_000, 8_000, 40_000, 262_144, 1_100_000, 1_600_000, 2_000_000, 3_600_000, 4_300_000)


@pytest.mark.parametrize(
    "sizes", [NIGHT_SIZES, pytest.param(NIGHT_SIZES + MORE_NIGHTS, marks=pytest.mark.proof)]
)
def test_a_night_on_a_full_disk(
    tmp_path: Path, simulated: Callable[..., Path], run: Callable[..., Any], sizes: tuple[int, ...]
) -> None:
    """Where the record of the night or the page finds no room, clear lines say so, and it is gone on with."""
    day, log, reports = "2026-11-20", simulated("ndjson", 6_000, 5), tmp_path / "reports"
    configuration = tmp_path / "analyzer.toml"
    configuration.write_text(f'ingest = ["{log}"]\ndatabase = "{tmp_path}/analyzer.duckdb"\n')
    assert run("ingest", "--config", configuration).returncode == 0
    night = ("nightly", "--config", configuration, "--date", day)
    lacking = set()
    for size in sorted(sizes):
        ended = run(*night, most=size)
        assert (ended.returncode, ended.stdout) == (1, ""), size
        said = ended.stderr.splitlines()
        assert all(line.startswith("analyzer: ") for line in said), ended.stderr
        lacking |= {name for name in ("analyzer.duckdb cannot", ".js cannot") if name in said[-1]}
        assert not [*reports.glob("*.html"), *reports.glob("*.json"), *reports.glob("*.md")]
    assert len(lacking) == 2
    ended = run(*night)
    assert ended.returncode == 0, ended.stderr
    names = [f"{day}.html", f"{day}.json", f"{day}.md", "assets", "index.html"]
    assert sorted(path.name for path in reports.iterdir()) == names


def test_rules_judged_on_a_full_disk(tmp_path: Path, run: Callable[..., Any]) -> None:
    """What cannot be recorded is not told either: the next call finds and tells it."""
    log = tmp_path / "a.log"
    lines = [f'{{"ts":"2026-05-01T08:{minute:02d}:00Z","status":500}}' for minute in range(30)]
    log.write_text("\n".join(lines) + "\n")
    rules, database = tmp_path / "rules.toml", tmp_path / "a.duckdb"
    rules.write_text('[[rule]]\nname = "one"\nkind = "count"\nalert = 5\n')
    assert run("ingest", "--db", database, log).returncode == 0
    judged = ("alerts", "check", "--db", database, "--rules", rules, "--at", "data")
    ended = run(*judged, most=200)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == (
        "analyzer: the database cannot be written: File too large; what was committed is kept. "
        "Make room on the disk, then run the command again\n"
    )
    ended = run(*judged)
    assert ended.returncode == 3
    assert ended.stdout.startswith("Alert: ")
