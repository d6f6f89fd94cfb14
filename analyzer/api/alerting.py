"""The alert rules for whoever calls: which are in force, when they are judged, what is sent, on a beat."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import (
    AlertError,
    AnalyzerError,
    ConfigurationError,
    LockedError,
    MissingPathError,
    RangeError,
    UsageError,
)

if TYPE_CHECKING:
    from analyzer.alert.check import Report
    from analyzer.alert.rule import Rules
    from analyzer.config import Configuration
    from analyzer.delivery import Message
    from analyzer.store.deliveries import Delivery

_STILL_NEWS = 6 * 60
"""Minutes in which a message that could not be sent is tried again; then it is history."""
_FRESH = timedelta(minutes=1)
_SPARING = 5
"""Minutes in which a beat writes nothing where nothing is: an open page is worked out anew by each write."""
_AGAIN_SECONDS = 5.0
"""Between two attempts at a database that another process holds."""
_KINDS = {"warning": "warning", "alert": "failure"}


def rules_in_force(configuration: Configuration, places: Sequence[Path] = ()) -> Rules:
    """Return the rules of `places`, else those that the configuration names.

    Raises what `known_rules` raises, and ConfigurationError where there are none.
    """
    rules = known_rules(configuration, places)
    if not rules.rules:
        raise ConfigurationError(
            "there are no alert rules; run 'analyzer alerts show starter > alerts.toml', then name the file "
            'in analyzer.toml: alerts = ["alerts.toml"]'
        )
    return rules


def known_rules(configuration: Configuration, places: Sequence[Path] = ()) -> Rules:
    """Return the rules of `places`, else those that the configuration names; there may be none.

    Raises MissingPathError and AlertError, also for an entry that no catalogue has.
    """
    from analyzer.alert.load import load_rules

    for place in places:
        if not place.exists():
            raise MissingPathError(f"there is no file or folder {place}; check --rules")
    rules = load_rules(tuple(places or configuration.alerts))
    _check_entries(rules, configuration)
    return rules


def _check_entries(rules: Rules, configuration: Configuration) -> None:
    """A rule for an entry that is not there would be silent for ever."""
    wanted = [rule for rule in rules.rules if rule.scope.entry is not None]
    if not wanted:
        return
    from analyzer.alert.schema import nearest
    from analyzer.classification.load import load_catalogs

    catalogs = load_catalogs(configuration.catalogs)
    known = {entry.entry_id: entry for catalog in catalogs for entry in catalog.entries}
    for rule in wanted:
        entry = str(rule.scope.entry)
        if entry not in known:
            near = nearest(entry, known)
            way_out = near if near.startswith("did") else "'analyzer catalog list' shows them"
            raise AlertError(f"{rule.path}: rule {rule.name}: entry: no catalogue has {entry!r}; {way_out}")


def unmatched_rules(database: Path, rules: Rules, configuration: Configuration, wait: float) -> list[str]:
    """Return a line for each model, source or code of a rule of which nothing is stored."""
    from analyzer.alert.unmatched import unmatched
    from analyzer.classification.load import load_catalogs

    catalogs = load_catalogs(configuration.catalogs) if any(rule.scope.code for rule in rules.rules) else ()
    codes = [entry.code for catalog in catalogs for entry in catalog.entries if entry.code]
    return unmatched(database, rules, codes, wait)


def level_of(text: str) -> str:
    """Return the level that --level names. Raises UsageError."""
    from analyzer.alert.rule import LEVELS
    from analyzer.alert.schema import one_of

    try:
        return str(one_of(*LEVELS)(text))
    except ValueError as error:
        raise UsageError(f"--level: {error}") from error


def moment_to_judge(
    at: str | None, rules: Rules, configuration: Configuration, database: Path, wait: float
) -> datetime:
    """Return the moment that --at says: None is now (less the rules' delay), `data` the minute after the
    last event's.

    Raises RangeError for a moment that is yet to come or cannot be read.
    """
    from analyzer.alert.trial import last_event
    from analyzer.query.ranges import find_zone, parse_moment

    now = datetime.now(UTC)
    if at is None:
        return now - timedelta(minutes=rules.policy.delay)
    if at == "data":
        return last_event(database, wait)
    moment = parse_moment(at, find_zone(configuration.time_zone), now)
    if moment > now:
        raise RangeError(f"--at {at} is yet to come; rules judge what has happened")
    return moment


def send_alerts(
    database: Path,
    configuration: Configuration,
    now: datetime,
    *,
    wait: float,
    say: Callable[[str], object] = lambda line: None,
    pauses: tuple[float, ...] | None = None,
) -> list[Delivery]:
    """Send what the rules found in the hours before `now` to the channels that get alerts, at most once each.

    What could not be sent is tried again by the next call. `pauses` are the seconds before each further
    attempt (delivery's own where None). Raises what the store raises.
    """
    channels = [channel for channel in configuration.channels if "alerts" in channel.gets]
    if not channels:
        return []
    from analyzer.alert.clock import minute_of
    from analyzer.alert.record import unsent
    from analyzer.delivery import Pace, deliver
    from analyzer.store.open import open_reader

    with closing(open_reader(database, wait)) as connection:
        waiting = unsent(connection, [one.name for one in channels], minute_of(now) - _STILL_NEWS)
    pace, again = Pace() if pauses is None else Pace(pauses=pauses), Pace(pauses=())
    found = []
    for message_id, content in waiting:

        def compose(language: str | None, content: dict[str, Any] = content) -> Message:
            return _message(content, language or configuration.language)

        # What failed before is tried once more, without the pauses that hold up what is new.
        own = pace if datetime.fromisoformat(content["at"]) >= now - _FRESH else again
        found += deliver(database, f"alert {message_id}", channels, compose, wait=wait, pace=own, say=say)
    return found


def _message(content: dict[str, Any], language: str) -> Message:
    from analyzer.alert.text import headline, markdown, plain
    from analyzer.delivery import Message
    from analyzer.text import texts

    words = texts(language)
    return Message(
        subject=headline(content, words),
        text=plain(content, words),
        markdown=markdown(content, words),
        data=content,
        kind="success" if content["kind"] == "closed" else _KINDS[content["level"]],
    )


@dataclass
class Beat:
    """The rules on a beat: whoever goes on for long calls it often, and once in a while it judges and sends.

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

        now = self.clock() - timedelta(minutes=self.rules.policy.delay)
        report = check(
            self.database, self.configuration, now, rules=self.rules, wait=self.patience, sparing=_SPARING
        )
        self._say_late(report)
        for content in report.messages:
            self.say(headline(content, texts(self.configuration.language)))
        send_alerts(self.database, self.configuration, now, wait=self.patience, say=self.say, pauses=())

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
