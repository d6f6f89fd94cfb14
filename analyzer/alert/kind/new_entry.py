"""`new_entry`: an error that was not seen for a long time, or never.

    unseen = "30d"    # new is what did not fail in this span before the window
    window = "6h"     minimum = 3    level = "warning"

A new error stays open while it goes on, for a day at most: by then it is known.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.alert.clock import DAY
from analyzer.alert.facts import Error, Facts
from analyzer.alert.finding import Finding
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
    settings = rule.settings
    start = at - settings["window"]
    recent = facts.errors(rule.scope, start, at)[: 10 * _MOST]
    first = facts.first()
    if not recent or first is None or first > at - settings["window"] - DAY:
        return []  # in a store of a few hours everything would be new
    before = {error.key: error for error in facts.errors(rule.scope, start - settings["unseen"], start)}
    findings = []
    for error in recent:
        earlier = before.get(error.key)
        if earlier is None:
            pressure = error.failures / settings["minimum"]
        elif earlier.first > at - DAY:
            pressure = _HELD
        else:
            continue
        findings.append(_finding(rule, error, earlier, pressure))
    return findings[:_MOST]


def _finding(rule: Rule, error: Error, earlier: Error | None, pressure: float) -> Finding:
    levels = {WARNING: pressure}
    if rule.settings["level"] == ALERT:
        levels[ALERT] = pressure
    since = error.first if earlier is None else earlier.first
    failures = error.failures + (0 if earlier is None else earlier.failures)
    figures = {
        "measure": "new", "value": failures, "failures": failures,
        "against": "unseen", "unseen_days": rule.settings["unseen"] // DAY,
    }  # fmt: skip
    return Finding(
        rule.name, levels, since, rule.settings["window"], error.key, error.owner, error, figures=figures
    )
