"""A killed ingestion: run again, it gives the store of an undisturbed one, nothing lost and nothing twice."""

from __future__ import annotations

import gzip
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analyzer.store.open import open_writer

ROOT = Path(__file__).resolve().parents[2]
BATCH_BYTES = 3_000_000
"""Small batches, so that a kill finds many moments between and within transactions."""

START = (
    "import sys; sys.path.insert(0, sys.argv.pop(1)); "
    "import analyzer.source.lines as lines, analyzer.ingest.read as read; "
    f"lines.BATCH_BYTES = read.BATCH_BYTES = {BATCH_BYTES}; from analyzer.__main__ import main; main()"
)


def start(folder: Path, database: Path, *paths: Path) -> subprocess.Popen[bytes]:
    """Start `analyzer ingest` as a process of its own."""
    environment = {**os.environ, "ANALYZER_HASH_KEY": "crash", "HOME": str(folder)}
    arguments = ["ingest", "--db", str(database), *map(str, paths)]
    return subprocess.Popen(
        [sys.executable, "-c", START, str(ROOT), *arguments],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def hashed(database: Path) -> dict[str, Any]:
    """Return the number and a hash of the rows of every table that a log fills."""
    with closing(open_writer(database)) as connection:
        found: dict[str, Any] = {}
        for table in ("event", "success", "reject", "sample"):
            found[table] = connection.execute(
                f"SELECT count(*), sum(hash(t)), bit_xor(hash(t)) FROM (SELECT * FROM stored.{table}) AS t"
            ).fetchall()
        found["source"] = connection.execute(
            "SELECT source_id, name, generation, size, resume_offset, resume_line, tail_hash,"
            " head_hash, carry, lines, events, failures, rejects, blank, continuation"
            " FROM stored.source ORDER BY 1"
        ).fetchall()
    return found


@pytest.fixture(scope="module")
def logs(simulated: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """About 150,000 lines of three formats, one of them compressed."""
    packed = tmp_path_factory.mktemp("crash") / "c.log.gz"
    packed.write_bytes(gzip.compress(simulated("ndjson", 10_000, 7).read_bytes(), 1))
    return [
        simulated("ndjson", 50_000, 5),
        simulated("python-client", 10_000, 6),
        packed,
        simulated("combined", 50_000, 5),
    ]


@pytest.mark.parametrize("kills", [15, pytest.param(60, marks=pytest.mark.proof)])
def test_a_killed_run_is_run_again(tmp_path: Path, logs: list[Path], kills: int) -> None:
    """Killed at seeded moments again and again, then left alone: row for row the undisturbed store."""
    whole, database = tmp_path / "whole.duckdb", tmp_path / "killed.duckdb"
    began = time.monotonic()
    assert start(tmp_path, whole, *logs).wait(300) == 0
    duration = time.monotonic() - began
    chance = random.Random(kills)
    for kill in range(kills):
        process = start(tmp_path, database, *logs)
        try:
            process.wait(0.8 + chance.uniform(0, max(0.5, 1.5 * duration / kills)))
        except subprocess.TimeoutExpired:
            process.kill()
        process.wait()
        if kill % 20 == 19:
            database.unlink(missing_ok=True)
            database.with_name(database.name + ".wal").unlink(missing_ok=True)
    last = start(tmp_path, database, *logs)
    _, errors = last.communicate(timeout=300)
    assert last.returncode == 0, errors.decode()
    assert hashed(database) == hashed(whole)
    lines = sum(_lines(path) for path in logs)
    assert sum(row[-6] for row in hashed(database)["source"]) == lines


def _lines(path: Path) -> int:
    data = path.read_bytes()
    return (gzip.decompress(data) if path.suffix == ".gz" else data).count(b"\n")
