"""The alert rules on a beat, for whoever goes on for long: `ingest --follow` and `serve`."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.api.alerting import send_alerts
from analyzer.errors import AlertError, AnalyzerError, LockedError

if TYPE_CHECKING:
    from analyzer.alert.check import Report
    from analyzer.alert.rule import Rules
    from analyzer.config import Configuration

_SPARING = 5
"""Minutes in which a beat writes nothing where nothing is: an open page is worked out anew by each write."""
_AGAIN_SECONDS = 5.0
"""Between two attempts at a database that another process holds."""


@dataclass
class Beat:
    """The rules on a beat: whoever goes on for long calls it often, and once in a while it judges and sends.

    The files of rules are read anew each time, as those do who judge beside it; while one is broken, what was
    read last holds.

    It opens the database only then, and waits for it `patience` seconds at most. `say` hears a line about
    each message, and about what goes wrong, once as long as it stays the same; nothing is raised.
    """

    database: Path
    configuration: Configuration
    rules: Rules
    say: Callable[[str], object]
    patience: float = 0.5
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    _due: float = field(default=0.0, init=False)
    _fault: str | None = field(default=None, init=False)
    _late: int = field(default=0, init=False)
    _broken: str | None = field(default=None, init=False)

    def __call__(self) -> None:
        """Judge and send, if it is time."""
        if time.monotonic() < self._due or not self.database.exists():
            return
        self._due = time.monotonic() + self.rules.policy.every * 60
        import duckdb

        try:
            self._judge()
            self._fault = None
        except LockedError:
            self._due = time.monotonic() + _AGAIN_SECONDS
        except (AnalyzerError, duckdb.Error) as error:
            reason = str(error).splitlines()[0]
            if reason != self._fault:
                self.say(f"the alert rules could not be judged: {reason}")
            self._fault = reason

    def _judge(self) -> None:
        from analyzer.alert.check import check
        from analyzer.alert.text import headline
        from analyzer.text import texts

        self._read_anew()
        now = self.clock() - timedelta(minutes=self.rules.policy.delay)
        report = check(
            self.database, self.configuration, now, rules=self.rules, wait=self.patience, sparing=_SPARING
        )
        self._say_late(report)
        for content in report.messages:
            self.say(headline(content, texts(self.configuration.language)))
        send_alerts(self.database, self.configuration, now, wait=self.patience, say=self.say, pauses=())

    def _read_anew(self) -> None:
        """Read the rules again; a fault in them is said once, and the end of it."""
        from analyzer.alert.load import load_rules

        try:
            self.rules, fault = load_rules(self.configuration.alerts), None
        except AlertError as error:
            fault = str(error)
        if fault != self._broken:
            again = "the alert rules can be read again"
            self.say(f"{fault}; until then the rules hold as before" if fault else again)
        self._broken = fault

    def _say_late(self, report: Report) -> None:
        """Say once, and again for each longer delay, that logs come too late to be judged."""
        from analyzer.alert.told import late_note

        if report.late is not None and report.late.delay() > self._late:
            self._late = report.late.delay()
            self.say(late_note(report.late, self.configuration.time_zone))


def beat_of(database: Path, configuration: Configuration, say: Callable[[str], object]) -> Callable[[], None]:
    """Return what judges the configuration's rules on their beat; where there are none it does nothing.

    Raises AlertError for a broken file of rules.
    """
    if not configuration.alerts:
        return lambda: None
    from analyzer.alert.load import load_rules

    return Beat(database, configuration, load_rules(configuration.alerts), say)
