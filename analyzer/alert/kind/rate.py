"""`rate`: failures per request over a window.

    window = "10m"
    warning = 0.02    # a part of 1; one of the two levels is enough
    alert = 0.05
    minimum = 20      # so many failures at least: one failure of two requests wakes nobody

Only logs that hold successes too are counted: there is no rate without them.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding, by_thresholds, thresholds_of, too_few, unknown
from analyzer.alert.kind.window import SPAN, begun, is_blind
from analyzer.alert.rule import Rule
from analyzer.alert.schema import Key, up_to_one, whole

KEYS: Mapping[str, Key] = {
    "window": SPAN,
    "minimum": Key(whole, 20),
    "warning": Key(up_to_one, None),
    "alert": Key(up_to_one, None),
}


def judge(rule: Rule, facts: Facts, at: int) -> list[Finding]:
    """Return the one finding."""
    window = rule.settings["window"]
    if is_blind(facts, at, window):
        return [unknown(rule.name, at, window, "no_data")]
    series = facts.series(rule.scope, [(at - window, at)])
    requests, rated = (series.total(name, at - window, at) for name in ("requests", "rated"))
    if not requests:
        return [unknown(rule.name, at, window, "no_requests")]
    rate = rated / requests
    enough = rated / rule.settings["minimum"]
    parts = by_thresholds(rate, rule.settings)
    pressure = {level: min(part, enough) for level, part in parts.items()}
    few = too_few(parts.values(), rated, rule.settings)
    figures = {
        "measure": "rate",
        "value": rate,
        "failures": rated,
        "requests": requests,
        "against": "threshold",
        "thresholds": thresholds_of(rule.settings),
    }
    least = min(value for value in (rule.settings["warning"], rule.settings["alert"]) if value is not None)
    since = begun(series, at, window, least)
    return [Finding(rule.name, pressure, since, window, figures=figures, few=few)]
