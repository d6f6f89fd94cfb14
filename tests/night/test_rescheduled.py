"""`analyzer schedule run` follows an analyzer.toml that changes while it waits."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from threading import Event, Timer
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analyzer.errors import ConfigurationError
from analyzer.night.forever import Forever
from analyzer.night.plan import Plan, Rereading
from tests.night.house import House, lines

EARLY, LATE = (Plan(time(hour), ZoneInfo("UTC")) for hour in (1, 3))


@contextmanager
def schedule(folder: Path, environment: dict[str, str], *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Run `analyzer schedule run` in a folder."""
    process = subprocess.Popen(
        [sys.executable, "-m", "analyzer", "schedule", "run", "--log-format", "json", *arguments],
        cwd=folder,
        env=environment,
        stderr=subprocess.PIPE,
        encoding="utf-8",
    )
    # Who waits in vain for a line shall not wait for ever.
    end = Timer(150, process.kill)
    end.start()
    try:
        yield process
    finally:
        end.cancel()
        process.terminate()
        process.wait(20)


def heard(process: subprocess.Popen[str], event: str) -> dict[str, Any]:
    """Return what is said next of a kind."""
    assert process.stderr is not None
    for line in process.stderr:
        found: dict[str, Any] = json.loads(line)
        if found["event"] == event:
            return found
    raise AssertionError(f"it ended and never said {event}")


@pytest.fixture
def house(tmp_path: Path) -> House:
    """Return a house with a log that is read without a fault."""
    house = House(tmp_path / "work", more='nightly_at = "02:00"\n')
    house.log.write_text(lines("2026-10-25T00:00:00+02:00", 5, 1), encoding="utf-8")
    return house


def test_a_running_schedule_follows_analyzer_toml(house: House, environment: dict[str, str]) -> None:
    """A changed time and zone hold within seconds; what cannot be read is said once and changes nothing."""
    with schedule(house.folder, environment) as process:
        assert heard(process, "next_run")["at"][11:16] == "02:00"
        house.zone = "Asia/Shanghai"
        house.configure('nightly_at = "03:15"\n')
        changed = heard(process, "rescheduled")
        assert "run at 03:15 Asia/Shanghai from now on, no more at 02:00 Europe/Berlin" in changed["message"]
        assert changed["at"][11:] == "03:15:00+08:00"
        house.configure('nightly_at = "half past three"\n')
        broken = heard(process, "configuration")
        assert (broken["level"], broken["message"].count("half past three")) == ("error", 1)
        assert broken["message"].endswith("until then the nights run at 03:15 Asia/Shanghai as before")


@pytest.mark.proof
def test_a_night_comes_at_its_new_time(house: House, environment: dict[str, str]) -> None:
    """At the next full minute, so that the run itself is seen to come when the changed file says."""
    house.zone = "Asia/Shanghai"
    house.configure('nightly_at = "03:15"\n')
    with schedule(house.folder, environment) as process:
        heard(process, "next_run")
        soon = datetime.now(ZoneInfo("Asia/Shanghai")) + timedelta(minutes=1)
        house.configure(f'nightly_at = "{soon:%H:%M}"\n')
        assert f"{soon:%H:%M} Asia/Shanghai from now on" in heard(process, "rescheduled")["message"]
        assert heard(process, "next_run")["ts"] >= soon.astimezone(UTC).strftime("%Y-%m-%dT%H:%M")


def test_a_time_of_the_command_line_stays(house: House, environment: dict[str, str]) -> None:
    """With --at the zone is followed, and the time of day is the one that was asked for."""
    with schedule(house.folder, environment, "--at", "04:45") as process:
        heard(process, "next_run")
        house.zone = "UTC"
        house.configure('nightly_at = "05:00"\n')
        assert heard(process, "rescheduled")["at"][11:] == "04:45:00+00:00"


def test_a_file_met_half_written_changes_nothing() -> None:
    """Only what was read twice counts; a fault is said once, and its end as well."""
    said: list[str] = []
    read: list[Plan | ConfigurationError] = [LATE, EARLY, ConfigurationError("broken"), EARLY]
    read += [*2 * [ConfigurationError("broken")], *3 * [EARLY], *3 * [LATE]]

    def next_read() -> Plan:
        found = read.pop(0)
        if isinstance(found, ConfigurationError):
            raise found
        return found

    def say(line: str, **named: Any) -> None:
        said.append(line)

    reread = Rereading(next_read, EARLY, say)
    assert [reread() for _ in range(12)] == [*10 * [None], LATE, None]
    assert said == [
        "broken; until then the nights run at 01:00 UTC as before",
        "the configuration can be read again; the nights run at 01:00 UTC as before",
    ]


def test_a_time_that_has_passed_meanwhile_is_made_up_for() -> None:
    """Moved to a time between the last run and now, the night begins at once, and is not lost for a day."""
    ran = Event()
    stop = Event()
    now = datetime.now(UTC)
    later, passed = (
        Plan((now + timedelta(hours=hours)).time().replace(second=0, microsecond=0), ZoneInfo("UTC"))
        for hours in (2, -1)
    )
    said: list[str] = []
    forever = Forever(lambda: bool(ran.set()) or True, later, lambda line, **named: said.append(line), stop)
    forever._began_at = now - timedelta(hours=5)
    forever._scheduler.start()
    forever._follow(passed)
    assert ran.wait(10)
    forever._scheduler.shutdown()
    assert said[0].endswith("next run: now")


def test_the_status_knows_the_time_of_a_running_schedule(house: House, environment: dict[str, str]) -> None:
    """`schedule status` says when the running schedule begins, and not what analyzer.toml alone would."""
    status = [sys.executable, "-m", "analyzer", "schedule", "status", "--json"]

    def found() -> tuple[str, str]:
        done = subprocess.run(status, cwd=house.folder, env=environment, capture_output=True, check=True)
        answer = json.loads(done.stdout)
        return answer["next"][11:], "".join(answer["started_by"]).partition(") ")[2]

    with schedule(house.folder, environment, "--at", "04:45") as process:
        heard(process, "next_run")
        assert found() == ("04:45:00+01:00", "at 04:45 Europe/Berlin (analyzer.toml: 02:00 Europe/Berlin)")
        house.zone = "UTC"
        house.configure("")
        heard(process, "rescheduled")
        assert found() == ("04:45:00+00:00", "at 04:45 UTC (analyzer.toml: 00:30 UTC)")
    assert found() == ("00:30:00+00:00", "")
