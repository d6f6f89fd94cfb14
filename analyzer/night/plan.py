"""When the nights run: a time of day in a zone, and how a change of it is heard of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from analyzer.config import Configuration
from analyzer.errors import AnalyzerError, UsageError
from analyzer.night.job import time_of_day
from analyzer.night.night import Say


@dataclass(frozen=True)
class Plan:
    """A time of day in a zone, once on every day of the calendar.

    A time that a clock change skips comes as much later, one that it doubles comes once.
    """

    at: time
    zone: ZoneInfo

    def __str__(self) -> str:
        return f"{self.at:%H:%M} {self.zone.key}"

    def after(self, moment: datetime) -> datetime:
        """Return the first of its moments after another moment."""
        day = moment.astimezone(self.zone).date()
        moments = (self._moment(day + timedelta(days=days)) for days in range(3))
        return next(found for found in moments if found.timestamp() > moment.timestamp())

    def _moment(self, day: date) -> datetime:
        # By way of UTC a time that does not exist becomes one that does.
        return datetime.combine(day, self.at, self.zone).astimezone(UTC).astimezone(self.zone)


def plan_of(configuration: Configuration, at: str | None = None) -> Plan:
    """Return the plan of a configuration; `at` goes before its time of day. Raises UsageError."""
    return Plan(time_of_day(at or configuration.nightly_at), ZoneInfo(configuration.time_zone))


def plan_named(text: str) -> Plan | None:
    """Return the plan that is written so, as `str` writes one; None for any other text."""
    at, _, zone = text.partition(" ")
    try:
        return Plan(time_of_day(at), ZoneInfo(zone))
    except (UsageError, ValueError, OSError, KeyError):
        return None


class Rereading:
    """Reads the plan again and again, and says once what has become of it.

    What is read counts when it was read twice: a file may be met while it is being written.
    """

    def __init__(self, read: Callable[[], Plan], first: Plan, say: Say) -> None:
        self._read, self._say = read, say
        self._plan = first
        self._met: Plan | str = first
        self._told: Plan | str = first

    def __call__(self) -> Plan | None:
        """Read; return the plan where it has become another one."""
        found = self._found()
        is_settled, self._met = found == self._met, found
        if not is_settled or found == self._told:
            return None
        self._told = found
        if isinstance(found, str):
            self._say(
                f"{found}; until then the nights run at {self._plan} as before",
                level="error",
                event="configuration",
            )
            return None
        if found == self._plan:
            self._say(
                f"the configuration can be read again; the nights run at {found} as before",
                event="configuration",
            )
            return None
        self._plan = found
        return found

    def _found(self) -> Plan | str:
        try:
            return self._read()
        except (AnalyzerError, OSError) as error:
            return str(error)
