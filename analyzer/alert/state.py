"""What is open: signals (a rule that fires) and incidents (what signals belong to)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from analyzer.alert.finding import Finding
from analyzer.alert.rule import LEVELS


@dataclass
class Signal:
    """A rule, or a rule's subject, that fired. Moments are minutes.

    `quiet_since` is when it fell below its release, None while it is pressed; the cool-down
    counts from there.
    """

    rule: str
    subject: str
    level: str
    worst_level: str
    started_at: int
    opened_at: int
    finding: Finding
    incident_id: int = 0
    quiet_since: int | None = None
    closed_at: int | None = None


@dataclass
class Incident:
    """One thing that went wrong, however many rules and entries it touches. Moments are minutes.

    `cause` is who has to act (an owner), or `traffic` where requests stay away; `told_level` is the
    highest level that was told, None while nothing was; `entries` are the keys of the errors it touches.
    """

    incident_id: int
    cause: str
    model: str | None
    level: str
    worst_level: str
    started_at: int
    opened_at: int
    updated_at: int
    ended_at: int | None = None
    closed_at: int | None = None
    told_level: str | None = None
    told_at: int | None = None
    messages: int = 0
    entries: tuple[str, ...] = ()


@dataclass(frozen=True)
class Message:
    """Something worth saying about an incident: `kind` is opened, raised, reminder or closed."""

    message_id: str
    incident_id: int
    kind: str
    level: str
    made_at: int


@dataclass
class State:
    """What the evaluations so far left: the open signals and incidents, and how far each rule is.

    Incidents that are closed and untold stay here until the message is written. `evaluated` maps a rule
    to the hash of its definition and the last minute it was evaluated at; `data_until` is the minute up to
    which events were stored then.
    """

    signals: dict[tuple[str, str], Signal] = field(default_factory=dict)
    incidents: dict[int, Incident] = field(default_factory=dict)
    evaluated: dict[str, tuple[str, int]] = field(default_factory=dict)
    data_until: int | None = None
    seen: Sequence[int] | None = None
    """How many events there were of the day before that evaluation, by the lags of `late`."""
    next_id: int = 1
    ended: list[Signal] = field(default_factory=list)
    """Signals that were closed since these lists were emptied."""
    over: list[Incident] = field(default_factory=list)
    """Incidents that are done with: closed, and told or not worth telling."""

    def signals_of(self, incident: Incident) -> list[Signal]:
        """Return the open signals of an incident, the worst first."""
        own = [one for one in self.signals.values() if one.incident_id == incident.incident_id]
        return sorted(own, key=lambda one: (-LEVELS.index(one.level), one.opened_at, one.rule, one.subject))


def higher(one: str, other: str | None) -> bool:
    """Tell whether a level is above another; every level is above none."""
    return other is None or LEVELS.index(one) > LEVELS.index(other)


def highest(levels: Iterable[str]) -> str:
    """Return the highest of some levels, of which there is at least one."""
    return max(levels, key=LEVELS.index)
