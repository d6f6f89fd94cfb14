"""The nightly job as a systemd user service and its timer."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from analyzer.errors import AnalyzerError
from analyzer.night.job import Job

_SERVICE = """\
[Unit]
Description=analyzer nightly, {configuration}

[Service]
Type=oneshot
WorkingDirectory={folder}
ExecStart={command}
"""

_TIMER = """\
[Unit]
Description=analyzer nightly, {configuration}

[Timer]
OnCalendar=*-*-* {at:%H:%M:%S} {time_zone}
Persistent=true

[Install]
WantedBy=timers.target
"""

_MEANING = re.compile(r"^OnCalendar=\*-\*-\* (\d\d:\d\d):00 (\S+)$", re.MULTILINE)


class Systemd:
    """A job as two unit files, named after the configuration file so that each has its own."""

    def __init__(self, job: Job) -> None:
        self.job = job
        digest = hashlib.sha256(os.fsencode(job.configuration)).hexdigest()[:8]
        self._name = f"analyzer-nightly-{digest}"

    def text(self) -> str:
        """Return both unit files under their names."""
        return "\n".join(f"# {path}\n{text}" for path, text in self.units().items())

    def units(self) -> Mapping[Path, str]:
        """Return path -> text of the service and its timer."""
        configuration = _literal(str(self.job.configuration))
        service = _SERVICE.format(
            configuration=configuration,
            folder=_literal(str(self.job.folder)),
            command=_command_line(self.job.arguments),
        )
        timer = _TIMER.format(configuration=configuration, at=self.job.at, time_zone=self.job.time_zone)
        folder = _unit_folder()
        return {folder / f"{self._name}.service": service, folder / f"{self._name}.timer": timer}

    def installed(self) -> bool:
        """Say whether exactly these units are there and the timer is enabled."""
        there = all(path.is_file() and path.read_text("utf-8") == text for path, text in self.units().items())
        return (
            there and shutil.which("systemctl") is not None and not self._failure("is-enabled", self._timer)
        )

    def planned(self) -> str | None:
        """Return the time and the zone of this configuration's timer, where it is enabled."""
        timer = _unit_folder() / self._timer
        if (
            not timer.is_file()
            or shutil.which("systemctl") is None
            or self._failure("is-enabled", self._timer)
        ):
            return None
        found = _MEANING.search(timer.read_text(encoding="utf-8"))
        return f"{found.group(1)} {found.group(2)}" if found else ""

    def install(self) -> str:
        """Write the units and start the timer."""
        _require_systemctl()
        for path, text in self.units().items():
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = path.with_name(f".{path.name}.unfinished")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)
        failure = self._failure("daemon-reload") or self._failure("enable", "--now", self._timer)
        if failure:
            raise AnalyzerError(
                f"the units are written, but systemctl --user said: {failure}; "
                f"log in and run 'systemctl --user enable --now {self._timer}'"
            )
        return (
            f"installed: 'systemctl --user list-timers' shows it, 'journalctl --user -u {self._name}' "
            "what it said; 'loginctl enable-linger' keeps it running while you are logged out"
        )

    def remove(self) -> str | None:
        """Stop the timer and take the units away."""
        paths = [path for path in self.units() if path.exists()]
        if not paths:
            return None
        _require_systemctl()
        # A timer that was never started cannot be stopped; its files go all the same.
        self._failure("disable", "--now", self._timer)
        for path in paths:
            path.unlink()
        self._failure("daemon-reload")
        return f"removed {', '.join(str(path) for path in paths)}"

    @property
    def _timer(self) -> str:
        return f"{self._name}.timer"

    def _failure(self, *arguments: str) -> str | None:
        """Return what systemctl complained about, or None where it did as told."""
        done = subprocess.run(  # noqa: S603 (a list of arguments, no shell)
            [shutil.which("systemctl") or "systemctl", "--user", *arguments],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        said = (done.stderr or done.stdout).strip().splitlines()
        return (said[0] if said else f"exit code {done.returncode}") if done.returncode else None


def _unit_folder() -> Path:
    home = os.environ.get("XDG_CONFIG_HOME")
    return (Path(home) if home else Path.home() / ".config") / "systemd" / "user"


def _require_systemctl() -> None:
    if shutil.which("systemctl") is None:
        raise AnalyzerError(
            "systemctl is not installed here; use --cron, or give the shown units to the machine that has it"
        )


def _literal(text: str) -> str:
    """Return text for a value that is not split: only % has a meaning there."""
    return text.replace("%", "%%")


def _command_line(arguments: tuple[str, ...]) -> str:
    # The program's own path takes no variables, so there a $ stands for itself.
    program, *rest = arguments
    return " ".join([_quoted(program), *(_quoted(argument.replace("$", "$$")) for argument in rest)])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{_literal(escaped)}"'
