"""What a rule found at a moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from analyzer.alert.facts import Error
from analyzer.alert.rule import LEVELS


@dataclass(frozen=True)
class Finding:
    """How hard a rule is pressed, and the figures that say so.

    `pressure` maps each level to the measured value as a part of its threshold: 1 and above is over it. A
    level that is missing cannot be reached; None as a whole means that nothing is known (no data, too
    little history), which neither opens nor closes anything.
    `subject` tells findings of one rule apart (the entry that is new); `since` is the minute from which
    on it holds, as far as the window shows. `figures` are what a message quotes.
    """

    rule: str
    pressure: Mapping[str, float] | None
    since: int
    window: int
    subject: str = ""
    cause: str | None = None
    error: Error | None = None
    few: int | None = None
    """The failures, where only that they are fewer than the rule's `minimum` keeps it from firing."""
    unknown: str | None = None
    """Why nothing is known: `no_data`, `no_requests`, `little_history` or `gone`."""
    figures: Mapping[str, Any] = field(default_factory=dict)

    def reached(self, part: float = 1.0) -> str | None:
        """Return the highest level whose pressure is at least `part`; None where there is none."""
        pressure = self.pressure or {}
        return next((level for level in reversed(LEVELS) if pressure.get(level, 0.0) >= part), None)


def unknown(rule: str, at: int, window: int, reason: str) -> Finding:
    """Return the finding of a rule that cannot be judged."""
    return Finding(rule, None, at - window, window, unknown=reason)


def threshold_fault(settings: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the thresholds `warning` and `alert`, of which one is needed."""
    if all(settings.get(level) is None for level in LEVELS):
        return "warning: it is missing, and so is alert; give one of them, or both"
    return order_fault(settings)


def order_fault(settings: Mapping[str, Any]) -> str | None:
    """Return what is wrong with the order of the thresholds, where both are given."""
    warning, alert = (settings.get(level) for level in LEVELS)
    if warning is not None and alert is not None and alert < warning:
        return f"alert: {alert:g} is below warning, {warning:g}; exchange them"
    return None


def too_few(pressures: Iterable[float], failures: int, settings: Mapping[str, Any]) -> int | None:
    """Return `failures` where they are fewer than the minimum of a rule that else would fire."""
    return failures if failures < settings["minimum"] and any(one >= 1 for one in pressures) else None


def thresholds_of(settings: Mapping[str, Any]) -> dict[str, float]:
    """Return the thresholds that are given, by level."""
    return {level: settings[level] for level in LEVELS if settings.get(level) is not None}


def by_thresholds(value: float, settings: Mapping[str, Any]) -> dict[str, float]:
    """Return the pressure of a value on the thresholds `warning` and `alert`, where they are given."""
    return {level: value / threshold for level, threshold in thresholds_of(settings).items()}
