"""What is worth saying, and when: each incident once when it opens, when it gets worse, and when it is over.

In quiet hours only alerts are told, unless the policy lets nothing through. What waits is told at the
first evaluation after them if it is still open then; a warning that came and went in them is kept in the
history only, of an alert at least the end is told.
"""

from __future__ import annotations

from analyzer.alert.clock import Clock
from analyzer.alert.rule import ALERT, Policy
from analyzer.alert.state import Incident, Message, State, higher

OPENED, RAISED, REMINDER, CLOSED = "opened", "raised", "reminder", "closed"


def tell(state: State, at: int, policy: Policy, clock: Clock) -> list[Message]:
    """Return the messages that are due at the minute `at`, and note in the state that they were made."""
    quiet = clock.is_quiet(at + policy.delay, policy.quiet_hours)
    messages = []
    for incident in sorted(state.incidents.values(), key=lambda one: one.incident_id):
        kind = _due(incident, at, policy, quiet)
        if kind is not None:
            messages.append(_message(incident, kind, at))
        if incident.closed_at is not None and (kind == CLOSED or not _is_worth_its_end(incident)):
            state.over.append(state.incidents.pop(incident.incident_id))
    return messages


def _due(incident: Incident, at: int, policy: Policy, quiet: bool) -> str | None:
    """Return the kind of message that is due for an incident; None for nothing."""
    passes = policy.break_through == ALERT
    if incident.closed_at is not None:
        waits = quiet and not (passes and incident.worst_level == ALERT)
        return None if waits or not _is_worth_its_end(incident) else CLOSED
    if quiet and not (passes and incident.level == ALERT):
        return None
    if higher(incident.level, incident.told_level):
        return OPENED if incident.told_level is None else RAISED
    since_told = at - (incident.told_at if incident.told_at is not None else at)
    return REMINDER if policy.remind and since_told >= policy.remind else None


def _is_worth_its_end(incident: Incident) -> bool:
    """Tell whether the end of an incident is told: that of what was told, and of every alert."""
    return incident.told_level is not None or incident.worst_level == ALERT


def _message(incident: Incident, kind: str, at: int) -> Message:
    incident.messages += 1
    incident.told_at = at
    level = incident.worst_level if kind == CLOSED else incident.level
    if kind != CLOSED and higher(level, incident.told_level):
        incident.told_level = level
    return Message(
        f"{incident.incident_id}-{incident.messages}-{kind}", incident.incident_id, kind, level, at
    )
