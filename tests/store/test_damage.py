"""A database whose file is damaged: one line, and what to do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from analyzer.cli import run


@pytest.fixture
def damaged(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    """Return a store in the middle of which a part of the file is overwritten."""
    log, database = tmp_path / "a.log", tmp_path / "a.duckdb"
    lines = [
        {"ts": f"2026-05-01T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z", "status": 500, "path": f"/{n}"}
        for n in range(20_000)
    ]
    log.write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert run(["ingest", str(log), "--db", str(database)]) == 0
    data = bytearray(database.read_bytes())
    middle = slice(len(data) // 4, len(data))
    data[middle] = b"\x55" * len(data[middle])
    database.write_bytes(data)
    capsys.readouterr()
    return database


@pytest.mark.parametrize(
    "command",
    [
        ["query", "errors_by_code"],
        ["sources"],
        ["retention", "--keep", "1d"],
        ["reclassify"],
        ["doctor"],
        ["report", "-o", "-", "--format", "md"],
        ["nightly", "--date", "2026-05-01"],
    ],
    ids=lambda command: command[0],
)
def test_a_damaged_database_is_called_one(
    damaged: Path, command: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(damaged.parent)
    assert run([*command, "--db", str(damaged)]) == 1
    said = capsys.readouterr().err.strip().splitlines()
    assert "damaged" in said[-1]
    assert "put back a copy of it, or move it away and ingest the logs anew" in said[-1]
