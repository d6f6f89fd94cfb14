"""From the log to the channel: each message once, whoever judges and however often."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from analyzer.alert.clock import minute_of
from analyzer.alert.record import save
from analyzer.alert.state import Message, State
from analyzer.api.alerting import send_alerts
from analyzer.api.beat import beat_of
from analyzer.config import load_configuration
from analyzer.store.open import open_writer
from tests.delivery.receivers import http_receiver

RULES = """
[policy]
quiet_hours = []

[[rule]]
name = "rate-limits"
kind = "rate"
category = "rate_limit"
minimum = 5
warning = 0.1
alert = 0.3
"""
GOLDEN = Path(__file__).parent.parent / "golden" / "alert"
LIMIT = "Too many requests, the rate limit is 3 times per minute."


def write_log(path: Path, until: datetime, minutes: int) -> None:
    """Write a log in which every other request of the last minutes is refused."""
    with path.open("a", encoding="utf-8") as file:
        for number in range(minutes * 6):
            ts = until - timedelta(minutes=minutes) + timedelta(seconds=10 * number)
            line: dict[str, Any] = {
                "ts": ts.isoformat(),
                "method": "POST",
                "path": "/v1/chat/completions",
                "status": 200,
            }
            if number % 2:
                line |= {"status": 429, "error_code": "ModelArts.81101", "error_message": LIMIT}
            file.write(json.dumps(line) + "\n")


def configure(folder: Path, addresses: dict[str, str], gets: str = '["alerts"]') -> None:
    channels = [
        f'[[channels]]\nname = "{name}"\naddress = "{address}"\ngets = {gets}\n'
        for name, address in addresses.items()
    ]
    text = 'alerts = ["alerts.toml"]\nlanguage = "zh"\n' + "".join(channels)
    (folder / "analyzer.toml").write_text(text, encoding="utf-8")
    (folder / "alerts.toml").write_text(RULES, encoding="utf-8")


def test_following_tells_the_channels_once(
    tmp_path: Path, environment: dict[str, str], analyzer: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    log = tmp_path / "app.log"
    write_log(log, datetime.now(UTC), 10)
    with http_receiver() as inbox:
        configure(tmp_path, {"ops": inbox.address})
        process = subprocess.Popen(
            [sys.executable, "-m", "analyzer", "ingest", "--follow", "app.log", "--every", "0.5"],
            cwd=tmp_path, env=environment, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        deadline = time.monotonic() + 90
        while not inbox.requests and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.5)
        process.send_signal(signal.SIGTERM)
        _, said = process.communicate(timeout=30)
        (message,) = [json.loads(body["message"]) for body in inbox.bodies()]
        assert message["kind"] == "opened", said
        assert message["signals"][0]["rule"] == "rate-limits"
        assert "analyzer: 告警：调用方的失败" in said
        again = analyzer("alerts", "check")
        assert again.returncode == 3, again.stderr
        assert len(inbox.requests) == 1
    history = json.loads(analyzer("alerts", "history", "--json").stdout)["incidents"]
    assert [(one["worst_level"], one["messages"], one["rules"]) for one in history] == [
        ("alert", 1, ["rate-limits"])
    ]
    assert json.loads(analyzer("alerts", "status", "--json").stdout)["rules"][0]["level"] == "alert"


@pytest.fixture
def judged(tmp_path: Path) -> Path:
    """A folder whose store has one message that was sent to nobody."""
    now = datetime.now(UTC)
    configure(tmp_path, {})
    configuration = load_configuration(tmp_path / "analyzer.toml")
    database = tmp_path / "analyzer.duckdb"
    body = {
        **json.loads((GOLDEN / "opened.json").read_text(encoding="utf-8")),
        "message_id": "1-1-opened",
    }
    with closing(open_writer(database, create=True)) as connection:
        save(connection, State(), [(Message("1-1-opened", 1, "opened", "alert", minute_of(now)), body)])
    assert configuration.alerts
    return tmp_path


def send(folder: Path, minutes: float = 0) -> list[str]:
    configuration = load_configuration(folder / "analyzer.toml")
    now = datetime.now(UTC) + timedelta(minutes=minutes)
    found = send_alerts(folder / "analyzer.duckdb", configuration, now, wait=5, pauses=())
    return [one.state for one in found]


def test_a_channel_that_fails_is_tried_again_and_the_others_are_not(judged: Path) -> None:
    with http_receiver("500", "ok") as broken, http_receiver() as whole:
        configure(judged, {"broken": broken.address, "whole": whole.address})
        assert send(judged) == ["failed", "sent"]
        assert send(judged) == ["sent", "sent"]
        assert send(judged) == []
        assert (len(broken.requests), len(whole.requests)) == (2, 1)


def test_what_may_have_been_sent_is_not_sent_again(judged: Path) -> None:
    with http_receiver("close") as inbox:
        configure(judged, {"ops": inbox.address})
        assert send(judged) == ["in_doubt"]
        assert send(judged) == []


def test_what_is_long_past_is_sent_to_nobody(judged: Path) -> None:
    with http_receiver() as inbox:
        configure(judged, {"ops": inbox.address})
        assert send(judged, minutes=7 * 60) == []
        assert inbox.requests == []


def test_a_channel_for_summaries_gets_no_alerts(judged: Path) -> None:
    with http_receiver() as inbox:
        configure(judged, {"ops": inbox.address}, gets='["nightly"]')
        assert send(judged) == []


def test_the_beat_says_what_is_wrong_once_and_goes_on(judged: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    configuration = load_configuration(judged / "analyzer.toml")
    beat = beat_of(judged / "analyzer.duckdb", configuration, said.append)
    monkeypatch.setattr("analyzer.api.beat._AGAIN_SECONDS", 0.0)
    with closing(open_writer(judged / "analyzer.duckdb")) as connection:
        connection.execute("ALTER TABLE stored.alert_rule RENAME TO gone")
    for _ in range(2):
        beat._due = 0.0  # type: ignore[attr-defined]
        beat()
    assert len(said) == 1
    assert said[0].startswith("the alert rules could not be judged: ")
    assert os.linesep not in said[0].strip()


def test_without_rules_the_beat_does_nothing(tmp_path: Path) -> None:
    (tmp_path / "analyzer.toml").write_text("", encoding="utf-8")
    beat_of(tmp_path / "none.duckdb", load_configuration(tmp_path / "analyzer.toml"), print)()
    assert not (tmp_path / "none.duckdb").exists()
