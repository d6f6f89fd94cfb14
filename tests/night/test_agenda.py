"""`analyzer schedule status`: when the next night is, and what starts it."""

from __future__ import annotations

import dataclasses
import os
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest

from analyzer.config import load_configuration
from analyzer.night.agenda import agenda, told
from analyzer.night.cron import Cron
from analyzer.night.job import Job, job_for
from analyzer.night.lock import SCHEDULE, held
from analyzer.night.schedule import Scheduler
from analyzer.night.systemd import Systemd
from tests.night.test_cron import STAND_IN as CRONTAB
from tests.night.test_systemd import STAND_IN as SYSTEMCTL

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with an analyzer.toml, on a machine with an empty crontab and no units."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name, text in (("crontab", CRONTAB), ("systemctl", SYSTEMCTL)):
        (programs / name).write_text(text, encoding="utf-8")
        (programs / name).chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CRONTAB_KEPT", str(tmp_path / "crontab"))
    monkeypatch.setenv("SYSTEMCTL_HEARD", str(tmp_path / "heard"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    configure(tmp_path, "Asia/Shanghai")
    return tmp_path


def configure(folder: Path, zone: str) -> None:
    """Write analyzer.toml."""
    (folder / "analyzer.toml").write_text(f'database = "logs.duckdb"\ntime_zone = "{zone}"\n')


def found(folder: Path) -> tuple[Any, Any]:
    """Return the next night and what starts it."""
    answer = agenda(load_configuration(folder / "analyzer.toml"), folder / "logs.duckdb", 1, NOW)
    return answer["next"], answer["started_by"]


def job(folder: Path, at: str, database: Path | None = None) -> Job:
    """Return the job of a folder."""
    return job_for(load_configuration(folder / "analyzer.toml"), database, at)


@pytest.mark.parametrize(("name", "scheduler"), [("cron", Cron), ("systemd", Systemd)])
def test_the_next_night_is_when_its_schedule_says(
    folder: Path, name: str, scheduler: type[Scheduler]
) -> None:
    """What was installed with another time is shown with it, and stands; what is out of date is said."""
    assert found(folder) == ("2026-11-23T00:30:00+08:00", [])
    scheduler(job(folder, "00:30")).install()  # type: ignore[call-arg]
    assert found(folder) == ("2026-11-23T00:30:00+08:00", [name])
    scheduler(job(folder, "21:15")).install()  # type: ignore[call-arg]
    told = f"{name} at 21:15 Asia/Shanghai (analyzer.toml: 00:30 Asia/Shanghai)"
    assert found(folder) == ("2026-11-22T21:15:00+08:00", [told])
    configure(folder, "Europe/Berlin")
    told = f"{name} at 21:15 Asia/Shanghai (analyzer.toml: 00:30 Europe/Berlin)"
    assert found(folder) == ("2026-11-22T14:15:00+01:00", [told])
    older = dataclasses.replace(job(folder, "00:30"), arguments=("/old/python", "-m", "analyzer"))
    scheduler(older).install()  # type: ignore[call-arg]
    told = f"{name} (not as 'analyzer schedule install' writes it now; install it again)"
    assert found(folder) == ("2026-11-23T00:30:00+01:00", [told])


def test_a_job_of_another_database_is_told_from_this_ones(folder: Path) -> None:
    """Asked for the database that the job names, the status finds nothing out of date."""
    other = folder / "other.duckdb"
    Cron(job(folder, "00:30", other)).install()
    configuration = load_configuration(folder / "analyzer.toml")
    assert agenda(configuration, other, 1, NOW)["started_by"] == ["cron"]
    assert found(folder)[1] == ["cron (not as 'analyzer schedule install' writes it now; install it again)"]


def test_the_earliest_of_several_is_the_next(folder: Path) -> None:
    """Where cron and systemd both start the nights, each is named with its time."""
    Cron(job(folder, "03:00")).install()
    Systemd(dataclasses.replace(job(folder, "00:30"), at=time(2))).install()
    assert found(folder) == (
        "2026-11-23T02:00:00+08:00",
        [
            "cron at 03:00 Asia/Shanghai (analyzer.toml: 00:30 Asia/Shanghai)",
            "systemd at 02:00 Asia/Shanghai (analyzer.toml: 00:30 Asia/Shanghai)",
        ],
    )


@pytest.mark.parametrize(
    ("again", "moment", "words"),
    [
        (
            "2026-11-22T12:15:00+00:00",
            "2026-11-22T20:15:00+08:00",
            "2026-11-22 20:15, what failed once more, by",
        ),
        ("2026-11-22T11:15:00+00:00", "2026-11-23T00:30:00+08:00", "2026-11-23 00:30, by"),
        (None, "2026-11-23T00:30:00+08:00", "2026-11-23 00:30, by"),
    ],
)
def test_what_failed_and_is_tried_again_is_the_next_run(
    folder: Path, again: str | None, moment: str, words: str
) -> None:
    """As the schedule that runs has noted it; a moment that is over is none."""
    with held(folder / "logs.duckdb", SCHEDULE, NOW) as note:
        note("00:30 Asia/Shanghai" + (f"\n{again}" if again else ""))
        assert found(folder)[0] == moment
        answer = agenda(load_configuration(folder / "analyzer.toml"), folder / "logs.duckdb", 1, NOW)
    assert told(answer)[1].startswith(f"next    {words} 'analyzer schedule run' (process ")
