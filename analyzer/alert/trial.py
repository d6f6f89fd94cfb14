"""`analyzer alerts test`: what rules would have done in the past that is stored."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from analyzer.alert.clock import HOUR, Clock, minute_of, moment_of
from analyzer.alert.load import find_rule
from analyzer.alert.past import past_facts
from analyzer.alert.replay import Replay, replay
from analyzer.alert.rule import Rules
from analyzer.alert.schema import span, up_to
from analyzer.errors import RangeError, UsageError
from analyzer.query.ranges import find_zone, parse_range
from analyzer.store.open import open_reader

if TYPE_CHECKING:
    import duckdb

_LONGEST_EVERY = 24 * 60


@dataclass(frozen=True)
class Trial:
    """What is asked: a rule (all where None), from when until when, how often, and the zone of times."""

    rule: str | None
    since: str | None
    until: str | None
    every: str
    time_zone: str


@dataclass(frozen=True)
class Outcome:
    """What a trial came to; `since` and `until` are minutes."""

    rules: Rules
    since: int
    until: int
    every: int
    first: int
    time_zone: str
    replay: Replay
    is_cut: bool = False
    """More was asked for than is stored: what came after the last event is not judged."""


def trial(database: Path, rules: Rules, wanted: Trial, wait: float) -> Outcome:
    """Replay the rules over the stored past. Raises UsageError, RangeError, UnknownNameError, StoreError."""
    chosen = rules if wanted.rule is None else replace(rules, rules=(find_rule(wanted.rule, rules),))
    try:
        every = up_to(span, 1, _LONGEST_EVERY, "of 1m to 1d")(wanted.every)
    except ValueError as error:
        raise UsageError(f"--every: {error}") from error
    find_zone(wanted.time_zone)
    with closing(open_reader(database, wait)) as connection:
        stored = _stored(connection)
        asked = parse_range(wanted.since, wanted.until, wanted.time_zone, moment_of(stored[1]))
        since = stored[0] if asked.since is None else max(stored[0], minute_of(asked.since))
        until = stored[1] if asked.until is None else min(stored[1], minute_of(asked.until))
        is_cut = asked.until is not None and minute_of(asked.until) > stored[1] + HOUR
        if since >= until:
            names = [moment_of(minute).isoformat() for minute in stored]
            raise RangeError(f"nothing is stored in that range; the store holds {names[0]} to {names[1]}")
        facts = past_facts(connection, Clock(wanted.time_zone), stored[0], until)
        done = replay(chosen, facts, since + every, until + 1, every)
    return Outcome(chosen, since, until, every, stored[0], wanted.time_zone, done, is_cut)


def last_event(database: Path, wait: float) -> datetime:
    """Return the moment after the minute of the last stored event. Raises RangeError where there is none."""
    with closing(open_reader(database, wait)) as connection:
        _, end = _stored(connection)
    return min(moment_of(end), datetime.now(UTC).replace(second=0, microsecond=0))


def _stored(connection: duckdb.DuckDBPyConnection) -> tuple[int, int]:
    """Return the span of what is stored, [first, end) in minutes; what is dated in the future is left out."""
    row = connection.execute(
        "SELECT epoch_us(min(ts)) // 60000000, epoch_us(max(ts)) // 60000000 + 1 FROM events WHERE ts < now()"
    ).fetchall()[0]
    if row[0] is None:
        raise RangeError("the store holds no event of a time that has come; run 'analyzer ingest PATH' first")
    return int(row[0]), int(row[1])
