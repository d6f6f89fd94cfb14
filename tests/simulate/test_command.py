"""`analyzer simulate` as people call it: the real process."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def _run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "analyzer", "simulate", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_one_json_object_tells_what_was_written(tmp_path: Path) -> None:
    done = _run(
        tmp_path, "logs", "--requests", "400", "--format", "combined.gz", "--format", "ndjson", "--json"
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    told = json.loads(done.stdout)
    assert told["files"] == ["logs/combined.log.gz", "logs/ndjson.log"]
    assert told["events"] == 800
    truth = json.loads((tmp_path / "logs" / "truth.json").read_text(encoding="utf-8"))
    assert told["failures"] == sum(file["failures"] for file in truth["files"].values())


def test_ingest_puts_what_was_written_into_the_database(tmp_path: Path) -> None:
    done = _run(tmp_path, "logs", "--requests", "400", "--ingest", "--db", "new.duckdb", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (tmp_path / "new.duckdb").exists()
    for key in ("lines", "events", "failures"):
        assert told["ingested"][key] == told[key], key


def test_a_second_call_changes_nothing_and_says_the_way_out(tmp_path: Path) -> None:
    assert _run(tmp_path, "one.log", "--format", "ndjson", "--requests", "20").returncode == 0
    before = (tmp_path / "one.log").read_bytes()
    again = _run(tmp_path, "one.log", "--format", "ndjson", "--requests", "30")
    assert again.returncode == 2
    assert again.stdout == ""
    assert again.stderr.count("\n") == 1
    assert "--force" in again.stderr
    assert (tmp_path / "one.log").read_bytes() == before


def test_a_start_that_is_no_date_is_misuse(tmp_path: Path) -> None:
    done = _run(tmp_path, "logs", "--start", "yesterday")
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / "logs").exists()
