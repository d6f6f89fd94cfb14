"""Rules that are renamed, tried beside others, or watch logs of failures alone."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analyzer.cli import run

NINE = datetime(2026, 11, 10, 9, tzinfo=UTC)
RATE = '[[rule]]\nname = "{name}"\nkind = "rate"\nwindow = "10m"\nminimum = 20\nwarning = 0.05\nalert = 0.2\n'
COUNT = '[[rule]]\nname = "many"\nkind = "count"\nwindow = "10m"\nwarning = 10\n'


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder whose store holds three hours, from 09:30 to 11:00 an outage, and one rule."""
    monkeypatch.chdir(tmp_path)
    lines = []
    for minute in range(180):
        for number in range(10):
            failed = 30 <= minute < 120 and number < 4
            moment = NINE + timedelta(minutes=minute, seconds=number)
            line = {"ts": moment.isoformat(), "model": "m", "request_id": f"{minute}-{number}"}
            lines.append(json.dumps({**line, "status": 500 if failed else 200}))
    (tmp_path / "a.log").write_text("\n".join(lines) + "\n")
    (tmp_path / "analyzer.toml").write_text('alerts = ["rules.toml"]\n')
    (tmp_path / "rules.toml").write_text(RATE.format(name="first"))
    (tmp_path / "others.toml").write_text(RATE.format(name="other"))
    assert run(["ingest", "a.log"]) == 0
    return tmp_path


def history(capsys: pytest.CaptureFixture[str]) -> str:
    """Return what the store remembers of incidents."""
    capsys.readouterr()
    assert run(["alerts", "history"]) == 0
    return capsys.readouterr().out


def test_a_rule_that_is_renamed_while_it_is_open_ends_in_order(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What it opened is over, which is said without the threshold that went with it."""
    assert run(["alerts", "check", "--at", "2026-11-10T10:00Z"]) == 3
    (house / "rules.toml").write_text(RATE.format(name="second"))
    capsys.readouterr()
    assert run(["alerts", "check", "--at", "2026-11-10T10:10Z"]) == 3
    said = capsys.readouterr().out
    assert "first: the rule is no longer in force" in said
    assert "second: 40.0% of 100 requests" in said


def test_other_rules_are_tried_and_close_nothing(house: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --rules what others opened stays; with --no-send nothing is recorded at all."""
    assert run(["alerts", "check", "--at", "2026-11-10T10:00Z"]) == 3
    before = history(capsys)
    assert run(["alerts", "check", "--rules", "others.toml", "--no-send", "--at", "2026-11-10T10:05Z"]) == 3
    assert history(capsys) == before
    assert run(["alerts", "check", "--rules", "others.toml", "--at", "2026-11-10T10:10Z"]) == 3
    assert "still open" in history(capsys)
    assert "first" in history(capsys)


def test_a_count_of_failures_alone_closes_when_none_come_any_more(
    house: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A log that holds only failures is silent when all is well."""
    failures = [
        json.dumps(
            {"ts": (NINE + timedelta(minutes=minute)).isoformat(), "status": 500, "request_id": f"f{minute}"}
        )
        for minute in range(20)
    ]
    (house / "errors.log").write_text("\n".join(failures) + "\n")
    (house / "rules.toml").write_text(COUNT)
    store = ["--db", "errors.duckdb"]
    assert run(["ingest", "errors.log", "--population", "failures", *store]) == 0
    assert run(["alerts", "check", "--at", "2026-11-10T09:20Z", *store]) == 3
    assert run(["alerts", "check", "--at", "2026-11-10T12:00Z", *store]) == 0
    assert "Over" in capsys.readouterr().out
