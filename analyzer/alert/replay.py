"""Replaying time: the rules evaluated at one moment after another, and the incidents that came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from analyzer.alert.evaluate import evaluate
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding
from analyzer.alert.rule import Rules
from analyzer.alert.state import Incident, Message, Signal, State


@dataclass(frozen=True)
class Scarce:
    """How often a rule had too few failures to fire, the most of them, and when these were."""

    moments: int
    failures: int
    at: int


@dataclass
class Replay:
    """What a replay came to: incidents in the order they opened, their signals, and all messages."""

    incidents: list[Incident] = field(default_factory=list)
    signals: list[Signal] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    evaluations: int = 0
    judged: int = 0
    """Evaluations in which something was known."""
    unjudged: Counter[tuple[str, str]] = field(default_factory=Counter)
    """In how many evaluations a rule could not be judged, by its name and the reason."""
    scarce: dict[str, Scarce] = field(default_factory=dict)
    """Rules that only their `minimum` kept from firing, by name."""


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
        done.unjudged.update((one.rule, one.unknown) for one in findings if one.unknown is not None)
        _note_scarce(done, state, findings, at)
        done.signals += state.ended
        done.incidents += state.over
        tell(at)
    done.signals += state.signals.values()
    done.incidents += state.incidents.values()
    done.incidents.sort(key=lambda incident: incident.incident_id)
    return done


def _note_scarce(done: Replay, state: State, findings: Sequence[Finding], at: int) -> None:
    for finding in findings:
        if finding.few is None or (finding.rule, finding.subject) in state.signals:
            continue
        known = done.scarce.get(finding.rule, Scarce(0, 0, at))
        most = (finding.few, at) if finding.few > known.failures else (known.failures, known.at)
        done.scarce[finding.rule] = Scarce(known.moments + 1, *most)
