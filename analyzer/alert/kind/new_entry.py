"""`new_entry`: an error that was not seen for a long time, or never.

    unseen = "30d"    # new is what did not fail in this span before the window
    window = "6h"
    minimum = 3       # failures in the window at least
    level = "warning" # or alert

A few strays, fewer than `minimum`, do not make an error known for a day after the first of them. A new error
stays open while it goes on, for a day at most: by then it is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.alert.clock import DAY
from analyzer.alert.facts import Error, Facts, Sight
from analyzer.alert.finding import Finding, unknown
from analyzer.alert.kind.window import is_blind
from analyzer.alert.rule import ALERT, LEVELS, WARNING, Rule
from analyzer.alert.schema import Key, one_of, span, up_to, whole

KEYS: Mapping[str, Key] = {
    "unseen": Key(up_to(span, DAY, 3650 * DAY, "of a day or more"), 30 * DAY),
    "window": Key(up_to(span, 1, DAY, "of 1m to 1d"), 6 * 60),
    "minimum": Key(whole, 3),
    "level": Key(one_of(*LEVELS), WARNING),
}
_MOST = 20
"""Subjects of one rule; a log that makes up codes would open an incident for each."""
_HELD = 0.99


def judge(rule: Rule, facts: Facts, at: int) -> list[Finding]:
    """Return a finding for each error of the window that is new, or was within a day."""
    window, first = rule.settings["window"], facts.first()
    start = at - window
    if is_blind(facts, at, window):
        return [unknown(rule.name, at, window, "no_data")]
    if first is None or first > start - DAY:
        # In a store of a few hours everything would be new.
        return [unknown(rule.name, at, window, "little_history")]
    recent = facts.known(rule.scope, start, at)
    before = facts.known(rule.scope, start - rule.settings["unseen"], start) if recent else {}
    new = {key for key in recent if key not in before or before[key].first > at - DAY}
    if not new:
        return []
    errors = [error for error in facts.errors(rule.scope, start, at) if error.key in new]
    return [_finding(rule, error, before.get(error.key)) for error in errors[:_MOST]]


def _finding(rule: Rule, error: Error, earlier: Sight | None) -> Finding:
    """Return the finding of an error that is new, or became so within a day: `earlier`, before the window."""
    minimum = rule.settings["minimum"]
    pressure = error.failures / minimum
    if earlier is not None:
        # What was told is not told again while it goes on; what were strays so far may still open.
        pressure = max(pressure, _HELD) if earlier.failures < minimum else _HELD
    levels = dict.fromkeys(LEVELS if rule.settings["level"] == ALERT else (WARNING,), pressure)
    figures = {
        "measure": "new", "value": error.failures, "failures": error.failures,
        "against": "unseen", "unseen_days": rule.settings["unseen"] // DAY,
    }  # fmt: skip
    return Finding(
        rule.name,
        levels,
        error.first,
        rule.settings["window"],
        error.key,
        error.owner,
        error,
        figures=figures,
    )
