"""`check`: evaluate the rules of a store at a moment, once for all who ask.

    report = check(database, configuration, now)      # opens the store for writing, and closes it
    report = check(connection, configuration, now)    # in a connection that may write

Reading, judging, and writing what came of it are one transaction: a process that is killed leaves the
store as it was, and the next evaluation finds the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.alert.body import body
from analyzer.alert.clock import Clock, minute_of, moment_of
from analyzer.alert.evaluate import evaluate, moments
from analyzer.alert.finding import Finding
from analyzer.alert.late import Late, late, seen_at
from analyzer.alert.load import load_rules
from analyzer.alert.record import load, save
from analyzer.alert.rule import LEVELS, Rules
from analyzer.alert.state import Incident, Message, State
from analyzer.alert.stored import StoredFacts
from analyzer.config import Configuration
from analyzer.store.open import DEFAULT_WAIT_SECONDS, open_writer
from analyzer.store.transaction import transaction

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Report:
    """What an evaluation came to.

    `messages` are the contents of what is to be told now. `is_new` is False where this moment, or a later
    one, was judged before: then nothing changed, and `open` is what was left then.
    """

    at: datetime
    rules: Rules
    findings: Sequence[Finding] = ()
    open: Sequence[Incident] = ()
    messages: Sequence[dict[str, Any]] = field(default_factory=list)
    data_until: datetime | None = None
    is_new: bool = True
    judged_until: datetime | None = None
    """The latest moment that the rules were judged at, this one included."""
    late: Late | None = None
    """What was stored only after its moment had been judged."""

    def unjudged(self) -> list[str]:
        """Return the rules of which nothing is known at this moment."""
        known = {finding.rule for finding in self.findings if finding.pressure is not None}
        return sorted({finding.rule for finding in self.findings} - known)

    def is_lost(self) -> bool:
        """Tell whether no rule can be judged because nothing came for a day, or ever.

        A few hours without an event are a quiet night.
        """
        is_old = self.data_until is None or self.at - self.data_until >= timedelta(days=1)
        return is_old and len(self.unjudged()) == len(self.rules.rules)

    def is_open_at(self, level: str) -> bool:
        """Tell whether an incident is open at this level or above."""
        least = LEVELS.index(level)
        return any(LEVELS.index(incident.level) >= least for incident in self.open)


def check(
    store: Path | duckdb.DuckDBPyConnection,
    configuration: Configuration,
    now: datetime,
    *,
    rules: Rules | None = None,
    wait: float = DEFAULT_WAIT_SECONDS,
    is_trial: bool = False,
    are_all: bool = True,
    sparing: int = 0,
) -> Report:
    """Evaluate the rules (those that the configuration names, unless given) at `now`, by whole minutes.

    Unless the rules `are_all` there are, what others have opened stays as it is. A trial leaves the
    store as it is: nothing is opened, closed or told later. Where nothing is open and nothing has come, only
    every so many minutes (`sparing`) is it written that the rules were judged. Raises AlertError for a file
    of rules, and what the store raises.
    """
    asked = _Asked(now, is_trial, are_all, sparing)
    wanted = load_rules(configuration.alerts) if rules is None else rules
    if isinstance(store, Path):
        with closing(open_writer(store, wait)) as connection:
            return _check(connection, wanted, configuration.time_zone, asked)
    return _check(store, wanted, configuration.time_zone, asked)


@dataclass(frozen=True)
class _Asked:
    """What `check` is asked for."""

    now: datetime
    is_trial: bool
    are_all: bool
    sparing: int

    def is_worth_writing(
        self, state: State, before: Mapping[str, tuple[str, int]], facts: StoredFacts
    ) -> bool:
        """Tell whether an evaluation is written; without it the next one finds and tells the same."""
        if state.signals or state.incidents or state.ended or state.over:
            return True
        known = {name: digest for name, (digest, _) in state.evaluated.items()}
        if known != {name: digest for name, (digest, _) in before.items()}:
            return True
        at, judged_at = minute_of(self.now), max(at for _, at in before.values())
        has_come = state.data_until != facts.until(at) or state.seen != list(seen_at(facts, judged_at))
        return has_come or at - judged_at >= self.sparing


def _check(connection: duckdb.DuckDBPyConnection, rules: Rules, time_zone: str, asked: _Asked) -> Report:
    at = minute_of(asked.now)
    connection.execute("SET TimeZone = 'UTC'")
    with transaction(connection, keep=not asked.is_trial):
        state = load(connection)
        facts = StoredFacts(connection, Clock(time_zone), at)
        before, missed = dict(state.evaluated), late(state, rules, facts)
        findings, told = _evaluated(state, rules, facts, at, asked.are_all)
        until = facts.until(at)
        if state.evaluated != before and asked.is_worth_writing(state, before, facts):
            state.data_until, state.seen = until, seen_at(facts, at)
            save(connection, state, told)
    return Report(
        at=moment_of(at),
        rules=rules,
        findings=findings,
        open=_open(state),
        messages=[content for _, content in told],
        data_until=None if until is None else moment_of(until),
        is_new=state.evaluated != before,
        judged_until=_latest(state),
        late=missed,
    )


def _evaluated(
    state: State, rules: Rules, facts: StoredFacts, at: int, are_all: bool
) -> tuple[list[Finding], list[tuple[Message, dict[str, Any]]]]:
    """Bring the state forward to `at`; return the findings, and the messages with their contents."""
    *missed, _ = moments(state, at)
    for moment in missed:
        evaluate(state, rules, facts, moment, is_last=False, are_all=are_all)
    findings, messages = evaluate(state, rules, facts, at, are_all=are_all)
    incidents = {**state.incidents, **{one.incident_id: one for one in state.over}}
    return findings, [
        (message, body(message, incidents[message.incident_id], state, rules, facts, at))
        for message in messages
    ]


def _latest(state: State) -> datetime | None:
    moments = [at for _, at in state.evaluated.values()]
    return moment_of(max(moments)) if moments else None


def _open(state: State) -> list[Incident]:
    return [incident for incident in state.incidents.values() if incident.closed_at is None]
