"""Nights that send: to whom, in which language, once, and what is said when it does not work."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.delivery.receivers import closed_port, http_receiver, smtp_receiver
from tests.night.house import House, channel, lines

NIGHT = "2026-10-26T00:30:00+01:00"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house with a day of requests in its log."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    house = House(tmp_path / "work")
    house.log.write_text(lines("2026-10-25T00:00:00+02:00", 1500, 90), encoding="utf-8")
    return house


def test_each_channel_gets_what_it_wants_in_its_language(house: House) -> None:
    """Mail in Chinese, an object for machines in English, nothing for who wants alerts only; once each."""
    with smtp_receiver() as mailbox, http_receiver() as machine, http_receiver() as other:
        house.configure(
            'report_address = "https://reports.example.com/api/"\n'
            + channel("mail", mailbox.address, language="zh")
            + channel("machine", machine.address)
            + channel("other", other.address, gets=["alerts", "weekly"])
        )
        assert [one.outcome for one in house.due(NIGHT)] == ["done", "done"]
        house.due(NIGHT)
        house.night("2026-10-25", force=True)
    (mail,) = mailbox.mails()
    assert mail["Subject"] == "2026年10月25日（周日） API 错误：平稳"
    kinds = [part.get_content_type() for part in mail.walk()]
    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    assert "https://reports.example.com/api/2026-10-25.html" in mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    (told,) = [json.loads(body["message"]) for body in machine.bodies()]
    assert (told["period"], told["failures"], told["text"]) == (
        *("2026-10-25", 90, "Quiet: 6.0% of 1,500 requests failed."),
    )
    assert [json.loads(body["message"])["period"] for body in other.bodies()] == ["2026-W43"]


def test_a_channel_that_fails_is_tried_with_the_next_run(house: House) -> None:
    """The night failed for one channel only: the next run sends what is open, and nothing else."""
    with http_receiver(*3 * ["500"], "ok") as broken, http_receiver() as sound:
        house.configure(channel("broken", broken.address) + channel("sound", sound.address))
        (first,) = house.due(NIGHT)
        assert (first.outcome, len(broken.requests), len(sound.requests)) == ("failed", 3, 1)
        assert house.waited == [3.0, 15.0]
        assert first.reason is not None
        assert first.reason.startswith("not sent to broken: ")
        assert "zqx" not in first.reason + "".join(house.said)
        (second,) = house.due(NIGHT)
        assert (second.outcome, len(broken.requests), len(sound.requests)) == ("done", 4, 1)
        assert house.due(NIGHT) == []
    sent_just_now = [
        [one.channel for one in night.deliveries if one.is_new and one.state == "sent"]
        for night in (first, second)
    ]
    assert sent_just_now == [["sound"], ["broken"]]
    assert "zqx" not in str(house.rows("SELECT * FROM deliveries") + house.rows("SELECT * FROM night_steps"))


def test_a_doubt_does_not_hold_the_night_up_and_is_settled_by_hand(house: House) -> None:
    """A lost answer leaves the night done and the message in doubt; a person may have it sent again."""
    from analyzer.commands import nightly
    from analyzer.night.period import chosen_period
    from analyzer.night.told import tell

    with http_receiver("close", "ok") as inbox:
        house.configure(channel("chat", inbox.address))
        (first,) = house.due(NIGHT)
        assert (first.outcome, [one.state for one in first.deliveries]) == ("done", ["in_doubt"])
        said: list[tuple[str, str]] = []
        tell(first, lambda text, level="info", **_: said.append((level, text)))
        (doubt,) = (text for level, text in said if level == "warning" and "chat" in text)
        assert doubt.startswith("2026-10-25: chat may or may not have it:")
        assert house.due(NIGHT) == []
        assert len(inbox.requests) == 1
        setting = house.setting(first.period.until)
        nightly._release(
            setting, chosen_period("nightly", "2026-10-25", house.zone, first.period.until), "chat"
        )
        (second,) = house.due(NIGHT)
        assert (second.outcome, [one.state for one in second.deliveries]) == ("done", ["sent"])
        assert len(inbox.requests) == 2


def test_only_a_whole_day_is_sent(house: House) -> None:
    """Before the day is over its summary is written and not sent: it goes out once, when it is whole."""
    with http_receiver() as inbox:
        house.configure(channel("chat", inbox.address))
        house.night("2026-10-25", "2026-10-25T12:00:00+00:00")
        assert inbox.requests == []
        house.due(NIGHT)
        assert len(inbox.requests) == 1


def test_a_good_night_gives_a_sign_of_life(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heartbeat's address is asked for once a night, and not after a night that failed."""
    monkeypatch.setenv("PING", "zqx-ping")
    with http_receiver() as heart, http_receiver(*3 * ["500"], "ok") as chat:
        house.configure(
            f'heartbeat = "http://127.0.0.1:{heart.port}/${{PING}}"\n' + channel("c", chat.address)
        )
        house.due(NIGHT)
        assert heart.requests == []
        house.due(NIGHT)
        house.due(NIGHT)
        assert [path for path, _ in heart.requests] == ["/zqx-ping"]


def test_a_heart_that_cannot_beat_is_said_and_no_failure(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody listens at the heartbeat's address: the night is a good one all the same."""
    monkeypatch.setenv("PING", "zqx-ping")
    house.configure(f'heartbeat = "http://127.0.0.1:{closed_port()}/${{PING}}"\n')
    assert [one.outcome for one in house.due(NIGHT)] == ["done"]
    said = [line for line in house.said if "no sign of life" in line]
    assert said == [
        "2026-10-25: no sign of life given: the heartbeat's address gives no answer: Connection refused"
    ]
    assert "zqx" not in "".join(house.said)


HOLD = """
import sys, time
from datetime import UTC, datetime
from pathlib import Path
from analyzer.night.lock import held
with held(Path(sys.argv[1]), sys.argv[2], datetime.now(UTC)):
    print("held", flush=True)
    time.sleep(60)
"""


def test_two_at_once(house: House, analyzer: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """One works, the other says which process does and ends in peace; after a SIGKILL the lock is free."""
    first = subprocess.Popen(
        [sys.executable, "-c", HOLD, house.database, "nightly"], stdout=subprocess.PIPE, encoding="utf-8"
    )
    assert first.stdout is not None
    first.stdout.readline()
    done = analyzer("nightly", "--config", house.folder / "analyzer.toml")
    assert (done.returncode, done.stdout) == (0, "")
    assert f"analyzer: process {first.pid} since 20" in done.stderr
    assert done.stderr.endswith("is at the nights; nothing to do here\n")
    first.kill()
    first.wait()
    assert [one.outcome for one in house.due(NIGHT)] == ["done"]


def test_the_schedule_runs_what_is_due_and_ends_on_a_signal(
    house: House, environment: dict[str, str]
) -> None:
    """It works off what is due, says when it runs next, leaves the database free, and stops cleanly."""
    process = subprocess.Popen(
        [sys.executable, "-m", "analyzer", "schedule", "run", "--log-format", "json"],
        cwd=house.folder,
        env=environment,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    assert process.stderr is not None
    said = []
    while not said or said[-1]["event"] != "next_run":
        said.append(json.loads(process.stderr.readline()))
    events = [one["event"] for one in said]
    assert events == ["started", "written", "next_run"]
    assert said[-1]["at"][11:16] == "00:30"
    # The database is free: another process may write.
    assert len(house.rows("SELECT 1 FROM nights")) == 1
    started = time.monotonic()
    process.terminate()
    rest = [json.loads(line)["event"] for line in process.stderr]
    assert (process.wait(), rest) == (0, ["stopped"])
    assert time.monotonic() - started < 5


def test_a_night_asked_for_by_name_brings_no_other_with_it(house: House) -> None:
    """Not sent at first, it is gone on with, and stays one that somebody asked for."""
    house.zone = "UTC"
    house.log.write_text("".join(lines(f"2026-10-{day}T00:00:00+00:00", 50, 5) for day in (20, 21, 22, 23)))
    house.configure(channel("x", "json://127.0.0.1:9/", gets=["nightly"]))
    assert house.night("2026-10-20").outcome == "failed"
    with http_receiver() as inbox:
        house.configure(channel("x", inbox.address, gets=["nightly"]))
        now = "2026-10-24T00:30:00+00:00"
        assert [one.period.name for one in house.due(now)] == ["2026-10-20", "2026-10-23"]
        assert house.due(now) == []
