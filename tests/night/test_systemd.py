"""The nightly job as systemd units."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from analyzer.errors import AnalyzerError
from analyzer.night.job import Job
from analyzer.night.systemd import Systemd

STAND_IN = """#!/bin/sh
echo "$@" >> "$SYSTEMCTL_HEARD"
exit "${SYSTEMCTL_EXIT:-0}"
"""


@pytest.fixture
def heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a systemctl in place that keeps what it is told, and an empty folder for the units."""
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").write_text(STAND_IN, encoding="utf-8")
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    monkeypatch.setenv("SYSTEMCTL_HEARD", str(tmp_path / "heard"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    return tmp_path / "heard"


def test_the_units_are_written_and_started(heard: Path, job: Job, tmp_path: Path) -> None:
    """Installing writes service and timer, and enables the timer; doing it again changes nothing."""
    systemd = Systemd(job)
    systemd.install()
    written = {
        path: path.read_text(encoding="utf-8") for path in (tmp_path / "settings/systemd/user").iterdir()
    }
    assert written == systemd.units()
    timer = next(path.name for path in written if path.suffix == ".timer")
    assert heard.read_text().splitlines() == ["--user daemon-reload", f"--user enable --now {timer}"]
    assert systemd.installed()


def test_the_timer_keeps_the_zone_and_catches_up(job: Job) -> None:
    """The timer counts in the configured zone, and a night that was slept through is run later."""
    timer = next(text for path, text in Systemd(job).units().items() if path.suffix == ".timer")
    assert "OnCalendar=*-*-* 00:30:00 Asia/Shanghai\nPersistent=true\n" in timer


def test_paths_are_written_for_systemds_eyes(job: Job) -> None:
    """Percent signs and dollars are doubled and quotes escaped; the working folder is not quoted."""
    service = next(text for path, text in Systemd(job).units().items() if path.suffix == ".service")
    folder = str(job.folder).replace("%", "%%")
    quoted = folder.replace("$", "$$").replace('"', '\\"')
    assert f"WorkingDirectory={folder}\n" in service
    assert f'"--config" "{quoted}/analyzer.toml"\n' in service


def test_removing_stops_the_timer_and_takes_the_units_away(heard: Path, job: Job) -> None:
    """After removing there is nothing left, and removing again says so."""
    systemd = Systemd(job)
    systemd.install()
    assert systemd.remove() is not None
    assert not any(path.exists() for path in systemd.units())
    assert systemd.remove() is None


def test_a_refusal_is_told_with_the_way_on(heard: Path, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a session of systemd the units stand, and the line says what to run."""
    monkeypatch.setenv("SYSTEMCTL_EXIT", "1")
    with pytest.raises(AnalyzerError, match="enable --now analyzer-nightly"):
        Systemd(job).install()


def test_without_systemctl_nothing_is_written(
    job: Job, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A machine without systemd gets one line and no files."""
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
    with pytest.raises(AnalyzerError, match="use --cron"):
        Systemd(job).install()
    assert not (tmp_path / "settings").exists()


if shutil.which("systemd-analyze"):

    def test_systemd_finds_no_fault(tmp_path: Path, job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
        """systemd's own check of the units is silent; runs where systemd is installed."""
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "settings"))
        units = Systemd(job).units()
        for path, text in units.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        done = subprocess.run(
            ["systemd-analyze", "verify", *units], capture_output=True, encoding="utf-8", check=False
        )
        mine = [line for line in done.stderr.splitlines() if "analyzer-nightly" in line]
        assert (done.returncode, mine) == (0, [])
