"""The alert rules for whoever calls: which are in force, when they are judged, and what is sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import (
    AlertError,
    ConfigurationError,
    MissingPathError,
    RangeError,
    UsageError,
)

if TYPE_CHECKING:
    from analyzer.alert.rule import Rules
    from analyzer.config import Configuration
    from analyzer.delivery import Message
    from analyzer.store.deliveries import Delivery

_STILL_NEWS = 6 * 60
"""Minutes in which a message that could not be sent is tried again; then it is history."""
_FRESH = timedelta(minutes=1)
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
    replaced = {entry.entry_id for catalog in catalogs for entry in catalog.replaced}
    for rule in wanted:
        entry = str(rule.scope.entry)
        if entry in replaced:
            raise AlertError(
                f"{rule.path}: rule {rule.name}: entry: a row of your own catalogue took the place "
                f"of {entry!r}; name that row's entry"
            )
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
