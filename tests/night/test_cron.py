"""The nightly job in a crontab, beside lines that belong to others."""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import shutil
import subprocess
import tempfile
import time as clock
from collections.abc import Iterator
from datetime import time
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.night.cron import Cron, local_time
from analyzer.night.job import Job

STAND_IN = """#!/bin/sh
case "$1" in
    -l) if [ -f "$CRONTAB_KEPT" ]; then cat "$CRONTAB_KEPT"; else echo "no crontab for you" >&2; exit 1; fi ;;
    -) cat > "$CRONTAB_KEPT" ;;
esac
"""

# The machine's own crontab is touched in CI alone, where it belongs to nobody.
REAL = ["real"] if os.environ.get("CI") and shutil.which("crontab") else []


@pytest.fixture(params=["stand-in", *REAL])
def crontab(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Put an empty crontab in place, behind the command of that name."""
    if request.param == "real":
        # One process at a time, whichever worker and whichever run it belongs to.
        with (Path(tempfile.gettempdir()) / "real-crontab.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            before = subprocess.run(["crontab", "-l"], capture_output=True, check=False)
            subprocess.run(["crontab", "-"], input=b"", check=True)
            yield
            subprocess.run(["crontab", "-"], input=before.stdout, check=True)
        return
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "crontab").write_text(STAND_IN, encoding="utf-8")
    (programs / "crontab").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("CRONTAB_KEPT", str(tmp_path / "crontab"))
    yield


def lines() -> str:
    """Return the crontab as it stands."""
    return subprocess.run(["crontab", "-l"], capture_output=True, encoding="utf-8", check=False).stdout


def put(text: str) -> None:
    """Make `text` the crontab."""
    subprocess.run(["crontab", "-"], input=text, encoding="utf-8", check=True)


def test_a_job_is_installed_once_and_others_stay(crontab: None, job: Job) -> None:
    """Installing twice leaves one block; another time replaces it; removing gives the lines of before."""
    others = "MAILTO=ops@example.com\n5 5 * * * true 100\\%\n"
    put(others)
    assert not Cron(job).installed()
    Cron(job).install()
    Cron(job).install()
    assert lines() == others + Cron(job).text()
    assert Cron(job).installed()
    later = Cron(dataclasses.replace(job, at=time(2, 45)))
    assert not later.installed()
    later.install()
    assert lines() == others + later.text()
    assert later.remove() is not None
    assert lines() == others
    assert later.remove() is None


def test_two_configurations_have_a_block_each(crontab: None, job: Job, tmp_path: Path) -> None:
    """Another analyzer.toml has its own block, which installing or removing the first leaves alone."""
    other = Cron(dataclasses.replace(job, configuration=tmp_path / "analyzer.toml"))
    other.install()
    Cron(job).install()
    assert other.installed()
    assert Cron(job).installed()
    Cron(job).remove()
    assert lines() == other.text()


def test_a_block_without_its_end_is_not_guessed_at(crontab: None, job: Job) -> None:
    """Where a person cut the end mark off, nothing is written: the lines below may be theirs."""
    broken = Cron(job).text().splitlines()[0] + "\n1 1 * * * theirs\n"
    put(broken)
    with pytest.raises(AnalyzerError, match="without its end mark"):
        Cron(job).install()
    assert lines() == broken


def test_the_line_starts_the_command_with_its_paths_whole(job: Job) -> None:
    """What cron hands to the shell, after its own reading of %, runs with exactly the job's arguments."""
    job.log.parent.mkdir()
    line = Cron(job).text().splitlines()[2]
    command = line.split(" ", 5)[5]
    assert "%" not in command.replace(r"\%", "")
    subprocess.run(["sh", "-c", command.replace(r"\%", "%")], check=True, cwd="/")
    assert json.loads((job.folder / "arguments.json").read_text()) == list(job.arguments[2:])
    assert job.log.read_text() == ""


@pytest.mark.parametrize(
    ("machine", "zone", "at", "expected"),
    [
        ("UTC", "Asia/Shanghai", time(0, 30), (16, 30)),
        ("Asia/Shanghai", "Asia/Shanghai", time(0, 30), (0, 30)),
        ("Europe/Berlin", "Europe/Berlin", time(0, 30), (0, 30)),
        ("UTC", "Europe/Berlin", time(0, 30), (23, 30)),
        ("Europe/Berlin", "UTC", time(0, 30), (2, 30)),
        ("America/New_York", "Asia/Kathmandu", time(0, 30), (14, 45)),
    ],
)
def test_the_time_is_turned_into_the_machines(
    machine: str, zone: str, at: time, expected: tuple[int, int], job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """cron counts in the machine's time; where clocks change apart, the later time is taken."""
    monkeypatch.setenv("TZ", machine)
    clock.tzset()
    try:
        assert local_time(dataclasses.replace(job, at=at, time_zone=zone)) == expected
    finally:
        monkeypatch.undo()
        clock.tzset()


def test_without_crontab_there_is_a_way_out(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without cron gets one line that says what to do instead."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert not Cron(job).installed()
    with pytest.raises(AnalyzerError, match="install cron, use --systemd"):
        Cron(job).install()
