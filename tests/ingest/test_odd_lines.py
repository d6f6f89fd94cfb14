"""Lines as programs really write them, which a strict reader would lose or misread."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.cli import run

KUBECTL = "2026-11-20T16:00:0{n}.123456789Z 2001:db8::{n} - - [20/Nov/2026:16:00:0{n} +0000] "
REQUEST = '"GET /v1/models HTTP/1.1" 404 146 "-" "Mozilla/5.0"'


def read(
    folder: Path, capfd: pytest.CaptureFixture[str], lines: list[str], *options: str
) -> list[dict[str, Any]]:
    """Ingest the lines and return the events in their order."""
    (folder / "a.log").write_text("\n".join(lines) + "\n")
    store = ["--db", str(folder / "a.duckdb")]
    assert run(["ingest", str(folder / "a.log"), *options, *store]) == 0
    capfd.readouterr()
    sql = "SELECT line_no, ts, status, failed, client, error_message FROM events ORDER BY line_no"
    assert run(["query", "--sql", sql, "--format", "jsonl", "--tz", "UTC", *store]) == 0
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_half_a_surrogate_pair_costs_no_line(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    r"""A text that is cut through an emoji ends in half of it, such as \ud83d; whole ones stay."""
    lines = [
        r'{"ts":"2026-11-20T16:00:01Z","status":429,"request_id":"a","message":"hi \ud83d\ude00 \ud83d"}',
        r'{"ts":"2026-11-20T16:00:02Z","status":200,"request_id":"b","prompt":"\ude00 hi"}',
    ]
    events = read(tmp_path, capfd, lines)
    assert [(event["status"], event["failed"]) for event in events] == [(429, True), (200, False)]
    assert events[0]["error_message"] == "hi 😀 "


@pytest.mark.parametrize(("zone", "hour"), [("Asia/Shanghai", "08"), ("America/Chicago", "22")])
def test_cst_is_that_of_the_logs_zone(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], zone: str, hour: str
) -> None:
    """In China CST is China's time."""
    lines = [
        f'{{"time":"2026-11-20 16:00:0{number} CST","status":500,"request_id":"{number}","path":"/a"}}'
        for number in range(3)
    ]
    events = read(tmp_path, capfd, lines, "--tz", zone)
    assert [event["ts"][:13] for event in events] == [f"2026-11-20T{hour}"] * 3


def test_an_ipv6_client_behind_a_timestamp_is_no_tag(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """The first group of an address is not a program's name."""
    events = read(tmp_path, capfd, [KUBECTL.format(n=number) + REQUEST for number in range(1, 6)])
    assert [event["client"] for event in events] == [f"2001:db8::{number}" for number in range(1, 6)]


def test_a_hole_of_nul_bytes_is_no_part_of_a_client(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """As a log has after `copytruncate` or a crash; a line of nothing else is blank."""
    line = f"10.0.0.7 - - [20/Nov/2026:16:00:00 +0000] {REQUEST}"
    events = read(tmp_path, capfd, [line, "\0" * 300 + line, "\0" * 9, line, "\0" * 50])
    assert [(event["line_no"], event["client"]) for event in events] == [(n, "10.0.0.7") for n in (1, 2, 4)]
    sql = "SELECT lines, events, rejects, blank FROM sources"
    assert run(["query", "--sql", sql, "--format", "jsonl", "--db", str(tmp_path / "a.duckdb")]) == 0
    assert json.loads(capfd.readouterr().out) == {"lines": 5, "events": 3, "rejects": 0, "blank": 2}


@pytest.mark.parametrize("client", ["2001:db8::7", "10.0.0.7"])
@pytest.mark.parametrize("head", ["Nov 20 16:00:00 gateway ", "<190>Nov 20 16:00:00 "])
def test_a_head_of_syslog_without_a_tag_is_no_client(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], head: str, client: str
) -> None:
    """What stands in front of an access line is known by the line."""
    line = f"{head}{client} - - [20/Nov/2026:16:00:00 +0000] {REQUEST}"
    assert [event["client"] for event in read(tmp_path, capfd, [line] * 5)] == [client] * 5


def test_a_file_of_blank_lines_is_empty_until_something_comes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A service that wrote a newline and nothing else is no fault; what follows is read with its number."""
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "app.log"
    log.write_text("\n\n")
    assert run(["ingest", "app.log"]) == 0
    assert "app.log is empty" in capsys.readouterr().err
    with log.open("a") as file:
        file.write('{"ts": "2026-11-25T10:00:00Z", "method": "GET", "path": "/v1/models", "status": 200}\n')
    assert run(["ingest", "app.log"]) == 0
    assert "3 lines = 1 events + 0 rejects + 2 blank" in capsys.readouterr().out
