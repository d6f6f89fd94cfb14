"""Replaying time: the rules evaluated at one moment after another, and the incidents that came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from analyzer.alert.evaluate import evaluate
from analyzer.alert.facts import Facts
from analyzer.alert.rule import Rules
from analyzer.alert.state import Incident, Message, Signal, State


@dataclass
class Replay:
    """What a replay came to: incidents in the order they opened, their signals, and all messages."""

    incidents: list[Incident] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    evaluations: int = 0
    judged: int = 0
    """Evaluations in which something was known."""


def replay(
    rules: Rules,
    facts: Facts,
    since: int,
    until: int,
    every: int,
    tell: Callable[[int], None] = lambda at: None,
) -> Replay:
    """Evaluate at `since`, and from there every so many minutes up to and without `until`."""
    state, done = State(), Replay()
    for at in range(since, until, every):
        state.ended, state.over = [], []
        findings, messages = evaluate(state, rules, facts, at)
        done.evaluations += 1
        done.judged += not findings or any(finding.pressure is not None for finding in findings)
        done.messages += messages
        done.signals += state.ended
        done.incidents += state.over
        tell(at)
    done.signals += state.signals.values()
    done.incidents += state.incidents.values()
    done.incidents.sort(key=lambda incident: incident.incident_id)
    return done
