"""What a message holds, as one object: who, what, since when, how much, what to do, evidence."""

from __future__ import annotations

from typing import Any

from analyzer.alert.facts import Error, Facts
from analyzer.alert.rule import Rules
from analyzer.alert.scope import Scope
from analyzer.alert.state import Incident, Message, Signal, State
from analyzer.alert.tell import CLOSED

_ERRORS = 3
_OWNERS = ("caller", "account_admin", "provider")


def body(
    message: Message, incident: Incident, state: State, rules: Rules, facts: Facts, at: int
) -> dict[str, Any]:
    """Return the content of a message: plain values, times as ISO 8601 with offset in the rules' zone."""
    own = state.signals_of(incident) or [
        signal for signal in state.ended if signal.incident_id == incident.incident_id
    ]
    until = at if incident.ended_at is None else incident.ended_at
    scope = _scope(own, rules, incident)
    since = min(incident.started_at, until - 1)
    errors = [] if incident.cause == "traffic" else _errors(own, incident, facts, scope, since, until)
    is_told = message.kind != CLOSED and errors
    return {
        "message_id": message.message_id,
        "incident_id": incident.incident_id,
        "kind": message.kind,
        "level": message.level,
        "at": _moment(facts, at),
        "time_zone": facts.clock.zone.key,
        "cause": incident.cause,
        "owner": incident.cause if incident.cause in _OWNERS else None,
        "model": incident.model,
        "started_at": _moment(facts, incident.started_at),
        "opened_at": _moment(facts, incident.opened_at),
        "ended_at": None if incident.ended_at is None else _moment(facts, incident.ended_at),
        "minutes": max(1, until - incident.started_at),
        "data_until": _moment(facts, facts.until(at)),
        "signals": [_signal(signal, rules) for signal in own],
        "errors": [_error(error) for error in errors[:_ERRORS]],
        "more_errors": max(0, len(errors) - _ERRORS),
        "evidence": facts.evidence(_narrow(scope, errors), since, until) if is_told else [],
    }


def _scope(signals: list[Signal], rules: Rules, incident: Incident) -> Scope:
    """Return what the worst signal looks at, or what the incident's owner has to act on."""
    known = rules.by_name()
    if signals and signals[0].rule in known:
        return known[signals[0].rule].scope
    return Scope(owner=incident.cause if incident.cause in _OWNERS else None, model=incident.model)


def _errors(
    signals: list[Signal], incident: Incident, facts: Facts, scope: Scope, since: int, until: int
) -> list[Error]:
    """Return the errors to tell: of signals that are about one each, these only."""
    found = list(facts.errors(scope, since, until))
    subjects = {signal.subject for signal in signals}
    if signals and all(subjects):
        return [error for error in found if error.key in subjects]
    return found


def _narrow(scope: Scope, errors: list[Error]) -> Scope:
    """Return the scope of the first error alone, so that what is shown is what is talked about."""
    first = errors[0]
    if first.entry_id is not None:
        return Scope(**{**scope.values(), "entry": first.entry_id})
    if first.code != "(none)":
        return Scope(**{**scope.values(), "code": first.code})
    return scope


def _signal(signal: Signal, rules: Rules) -> dict[str, Any]:
    rule = rules.by_name().get(signal.rule)
    figures = dict(signal.finding.figures)
    # The figures are the worst so far, and so is the threshold: that of then, for a rule may change.
    thresholds = figures.pop("thresholds", None) or (rule.settings if rule is not None else {})
    if rule is not None and figures.get("against") == "threshold":
        figures["threshold"] = thresholds.get(signal.worst_level) or thresholds.get("alert")
    return {
        "rule": signal.rule,
        "title": dict(rule.title) if rule else {"en": signal.rule},
        "kind": rule.kind if rule else None,
        "level": signal.level,
        "subject": signal.subject or None,
        "scope": rule.scope.said() if rule else {},
        "window": signal.finding.window,
        **figures,
    }


def _error(error: Error) -> dict[str, Any]:
    return {
        "key": error.key, "level": error.level, "entry_id": error.entry_id, "code": error.code,
        "category": error.category, "owner": error.owner, "action": error.action, "failures": error.failures,
        "message": error.message, "models": list(error.models),
        "meaning": dict(error.meaning), "remedy": dict(error.remedy),
    }  # fmt: skip


def _moment(facts: Facts, minute: int | None) -> str | None:
    return None if minute is None else facts.clock.local(minute).isoformat()
