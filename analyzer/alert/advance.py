"""From findings to signals and incidents: hysteresis, cool-down, and which signals are one incident.

A signal opens at the highest level whose pressure is 1 or more. It rises likewise; it falls from a level
when the pressure on it is below the rule's release, so that what swings between the two changes nothing.
Below the lowest level it is quiet, and when it has been quiet for the cool-down it closes; an incident
closes with its last signal. Nothing known leaves everything as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer.alert.finding import Finding
from analyzer.alert.rule import LEVELS, Policy, Rule
from analyzer.alert.state import Incident, Signal, State, higher, highest

SEVERAL = "several"
_OVER: Mapping[str, float] = {}


@dataclass(frozen=True)
class Cause:
    """Whose a signal is: the owner of most of its failures, and the keys of its errors."""

    owner: str
    entries: tuple[str, ...] = ()


FindCause = Callable[[Rule, Finding], Cause]


def advance(
    state: State,
    rules: Sequence[Rule],
    findings: Sequence[Finding],
    at: int,
    policy: Policy,
    find_cause: FindCause,
) -> None:
    """Bring the state forward to the minute `at` by what `rules` found; other rules' signals stay.

    `find_cause` is asked once for each signal that opens.
    """
    known = {rule.name: rule for rule in rules}
    found = {(finding.rule, finding.subject): finding for finding in findings}
    blind = {finding.rule for finding in findings if finding.pressure is None}
    for key, signal in state.signals.items():
        if key not in found and signal.rule in known and signal.rule not in blind:
            found[key] = replace(signal.finding, pressure=_OVER)
    for key, finding in found.items():
        rule = known[finding.rule]
        current = state.signals.get(key)
        if current is not None:
            _move(current, rule, finding, at)
        elif finding.reached() is not None:
            _open(state, rule, finding, at, policy, find_cause)
    _close_signals(state, known, at, policy)
    _settle_incidents(state, at)


def drop_rules(state: State, names: set[str], at: int) -> None:
    """Let go of the signals of rules that are no longer in force; what only they held is over."""
    for signal in state.signals.values():
        if signal.rule not in names:
            signal.quiet_since = at if signal.quiet_since is None else signal.quiet_since
            signal.closed_at = at
    _take_out_closed(state)
    _settle_incidents(state, at)


def _move(signal: Signal, rule: Rule, finding: Finding, at: int) -> None:
    if finding.pressure is None:
        return
    reached, held = finding.reached(), finding.reached(rule.release)
    if held is None:
        signal.quiet_since = at if signal.quiet_since is None else signal.quiet_since
        return
    signal.quiet_since = None
    if _pressed(finding) >= _pressed(signal.finding):
        # What a message quotes is the worst so far.
        signal.finding = replace(finding, since=signal.started_at)
    if reached is not None and higher(reached, signal.level):
        signal.level = reached
        signal.worst_level = highest((reached, signal.worst_level))
    elif higher(signal.level, held):
        signal.level = held


def _open(state: State, rule: Rule, finding: Finding, at: int, policy: Policy, find_cause: FindCause) -> None:
    level = finding.reached() or LEVELS[0]
    signal = Signal(rule.name, finding.subject, level, level, finding.since, at, finding)
    cause = find_cause(rule, finding)
    incident = _home(state, rule, signal, cause, policy)
    if incident is None:
        incident = Incident(
            state.next_id, cause.owner, rule.scope.model, level, level, signal.started_at, at, at,
            entries=cause.entries,
        )  # fmt: skip
        state.incidents[incident.incident_id] = incident
        state.next_id += 1
    else:
        incident.entries = tuple(dict.fromkeys((*incident.entries, *cause.entries)))
        # A long window that sees the same would move the beginning to where that window begins.
        earliest = signal.started_at if _is_notice(signal) else incident.opened_at - policy.together
        incident.started_at = min(incident.started_at, max(signal.started_at, earliest))
        incident.updated_at = at
        if rule.scope.model not in (None, incident.model):
            incident.model = None
        if incident.cause == SEVERAL:
            incident.cause = cause.owner
    signal.incident_id = incident.incident_id
    state.signals[(signal.rule, signal.subject)] = signal


def _home(state: State, rule: Rule, signal: Signal, cause: Cause, policy: Policy) -> Incident | None:
    """Return the open incident that a signal belongs to; None where it is something new.

    Same owner (or one of several), and an error in common or begun about together; of another model, both.
    """
    for incident in sorted(state.incidents.values(), key=lambda one: -one.opened_at):
        if incident.closed_at is not None:
            continue
        same_owner = cause.owner == incident.cause or SEVERAL in (cause.owner, incident.cause)
        same_model = incident.model in (None, *_models(rule, signal.finding, incident.model))
        shared = bool(set(cause.entries) & set(incident.entries))
        together = signal.opened_at - incident.opened_at <= policy.together
        related = shared or together if same_model else shared and together
        if same_owner and related:
            return incident
    return None


def _models(rule: Rule, finding: Finding, incident: str | None) -> tuple[str | None, ...]:
    """Return the models that a finding is about; one that names none may be about that of an incident."""
    if rule.scope.model is not None:
        return (rule.scope.model,)
    return finding.error.models if finding.error is not None and finding.error.models else (incident,)


def _is_notice(signal: Signal) -> bool:
    return signal.finding.figures.get("measure") == "new"


def _pressed(finding: Finding) -> float:
    return max((finding.pressure or {}).values(), default=0.0)


def _close_signals(state: State, rules: Mapping[str, Rule], at: int, policy: Policy) -> None:
    for signal in state.signals.values():
        rule = rules.get(signal.rule)
        if rule is None or signal.quiet_since is None:
            continue
        cool_down = policy.cool_down if rule.cool_down is None else rule.cool_down
        if at - signal.quiet_since >= cool_down:
            signal.closed_at = at
    _take_out_closed(state)


def _take_out_closed(state: State) -> None:
    for key in [key for key, signal in state.signals.items() if signal.closed_at is not None]:
        state.ended.append(state.signals.pop(key))


def _settle_incidents(state: State, at: int) -> None:
    """Give each incident its signals' level, and close those that have none left.

    That an error is new is true for hours: what began an incident with other rules' signals ends it with
    the last of them. The signal of the new error then goes on without one, and opens none.
    """
    for incident in state.incidents.values():
        if incident.closed_at is not None:
            continue
        own = state.signals_of(incident)
        ended = [one for one in state.ended if one.incident_id == incident.incident_id]
        if own and not (all(map(_is_notice, own)) and any(not _is_notice(one) for one in ended)):
            level = highest(one.level for one in own)
            if level != incident.level:
                incident.level, incident.updated_at = level, at
            incident.worst_level = highest((level, incident.worst_level))
            continue
        ends = [one.quiet_since for one in ended if not own or not _is_notice(one)]
        incident.ended_at = max((end for end in ends if end is not None), default=at)
        incident.closed_at = incident.updated_at = at
