"""What a scheduler starts each night: the command, where, and at what time."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from datetime import time
from pathlib import Path

from analyzer.config import DATABASE_VARIABLE, Configuration, resolve_database
from analyzer.errors import ConfigurationError, UsageError

_AT = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True)
class Job:
    """The nightly command of one analyzer.toml; every path is absolute."""

    configuration: Path
    arguments: tuple[str, ...]
    """The command with its program first."""
    at: time
    time_zone: str
    """IANA name of the zone in which `at` is meant."""
    log: Path
    """Where a scheduler without a journal of its own keeps what the command said."""

    @property
    def folder(self) -> Path:
        """The working folder: that of the configuration."""
        return self.configuration.parent


def job_for(configuration: Configuration, database: Path | None, at: str) -> Job:
    """Return the job that runs `analyzer nightly` at `at` (HH:MM in the configuration's zone).

    `database` is the caller's --db. Raises ConfigurationError without an analyzer.toml, UsageError for
    another time of day, or for a path that no scheduler can hold.
    """
    if configuration.path is None:
        raise ConfigurationError(
            "there is no analyzer.toml in this folder or above; write one, or name one with --config"
        )
    arguments = [sys.executable, "-m", "analyzer", "nightly", "--config", str(configuration.path)]
    chosen = resolve_database(database, configuration)
    # A scheduler does not see the variables of this shell.
    if chosen != configuration.database or configuration.origins.get("database") == DATABASE_VARIABLE:
        arguments += ["--db", str(chosen.absolute())]
    if any(character in text for text in arguments for character in "\n\r\0"):
        raise UsageError("a path with a line break cannot be scheduled; rename its folder")
    log = (configuration.reports / "nightly.log").absolute()
    return Job(configuration.path, tuple(arguments), time_of_day(at), configuration.time_zone, log)


def time_of_day(text: str) -> time:
    """Read a time of day such as 00:30. Raises UsageError."""
    found = _AT.fullmatch(text.strip())
    if found is None:
        raise UsageError(f"--at {text!r} is no time of day; write it as 00:30")
    return time(int(found.group(1)), int(found.group(2)))
