"""The nightly job in the person's crontab: one marked block, beside which every line stays as it is."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from analyzer.errors import AnalyzerError
from analyzer.night.job import Job

_LONGEST_LINE = 990
"""Debian's cron refuses a command of 1,000 characters."""
_MEANING = re.compile(r"# (\d\d:\d\d) in ([^ ;]+);")


class Cron:
    """A job as a block of the crontab, found again by the configuration file it names."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._first = f"# >>> analyzer nightly: {job.configuration}"
        self._last = f"# <<< analyzer nightly: {job.configuration}"

    def text(self) -> str:
        """Return the block: its marks, the times it means, and the line that cron reads."""
        hour, minute = local_time(self.job)
        command = " ".join(shlex.quote(argument) for argument in self.job.arguments)
        folder, log = shlex.quote(str(self.job.folder)), shlex.quote(str(self.job.log))
        # cron takes a bare % for a line's end and takes the backslash before one away, also in quotes.
        line = f"cd {folder} && {command} >> {log} 2>&1".replace("%", r"\%")
        meaning = f"# {self.job.at:%H:%M} in {self.job.time_zone}; cron counts in this machine's own time"
        return "\n".join([self._first, meaning, f"{minute} {hour} * * * {line}", self._last, ""])

    def installed(self) -> bool:
        """Say whether the crontab holds exactly this block."""
        return shutil.which("crontab") is not None and f"\n{self.text()}" in f"\n{_read()}"

    def planned(self) -> str | None:
        """Return the time and the zone that the second line of this configuration's block names."""
        lines = _read().splitlines() if shutil.which("crontab") is not None else []
        if self._first not in lines:
            return None
        meaning = "\n".join(lines[lines.index(self._first) + 1 :][:1])
        found = _MEANING.match(meaning)
        return f"{found.group(1)} {found.group(2)}" if found else ""

    def install(self) -> str:
        """Put the block into the crontab, in place of its older self."""
        if max(map(len, self.text().splitlines())) > _LONGEST_LINE:
            raise AnalyzerError("the paths are too long for a line of cron; use --systemd, or shorter paths")
        others = self._others(_read())
        _make_folder(self.job.log.parent)
        _write(others + self.text())
        return f"installed in the crontab; what the nights say goes to {self.job.log}"

    def remove(self) -> str | None:
        """Take the block out of the crontab."""
        before = _read()
        others = self._others(before)
        if others == before:
            return None
        _write(others)
        return "removed from the crontab"

    def _others(self, crontab: str) -> str:
        kept: list[str] = []
        inside = False
        for line in crontab.splitlines(keepends=True):
            inside = inside or line.rstrip("\n") == self._first
            if not inside:
                kept.append(line)
            elif line.rstrip("\n") == self._last:
                inside = False
        if inside:
            raise AnalyzerError(
                f"the crontab has '{self._first}' without its end mark; repair it with 'crontab -e'"
            )
        others = "".join(kept)
        return others + "\n" if others and not others.endswith("\n") else others


def local_time(job: Job) -> tuple[int, int]:
    """Return hour and minute of this machine's time at which the job's time has come, on every day of a year.

    Where the two zones change their clocks on different days, it is the latest of the times, so that
    the night never begins before its day is over.
    """
    zone = ZoneInfo(job.time_zone)
    today = datetime.now(zone).date()
    behind = []
    for days in range(366):
        moment = datetime.combine(today + timedelta(days=days), job.at, zone).astimezone(UTC)
        own = timedelta(seconds=time.localtime(moment.timestamp()).tm_gmtoff)
        behind.append(own - (moment.astimezone(zone).utcoffset() or timedelta()))
    minutes = job.at.hour * 60 + job.at.minute + int(max(behind).total_seconds() // 60)
    return minutes // 60 % 24, minutes % 60


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise AnalyzerError(
            f"{folder} cannot be made: {error.strerror}; name another folder as reports"
        ) from error


def _read() -> str:
    done = _crontab("-l", "")
    if done.returncode and "no crontab" not in done.stderr.lower():
        raise AnalyzerError(f"crontab -l failed: {done.stderr.strip()}; nothing was written")
    return "" if done.returncode else done.stdout


def _write(text: str) -> None:
    done = _crontab("-", text)
    if done.returncode:
        raise AnalyzerError(f"crontab refused the lines: {done.stderr.strip()}; the old ones are kept")


def _crontab(argument: str, stdin: str) -> subprocess.CompletedProcess[str]:
    program = shutil.which("crontab")
    if program is None:
        raise AnalyzerError(
            "crontab is not installed here; install cron, use --systemd, or give the line to your scheduler"
        )
    return subprocess.run(  # noqa: S603 (a list of arguments, no shell)
        [program, argument],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        errors="surrogateescape",
        check=False,
    )
