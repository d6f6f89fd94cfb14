"""`rate`: failures per request over a window.

window = "10m"    warning = 0.02    alert = 0.05
minimum = 20      # so many failures at least: one failure of two requests wakes nobody
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding, by_thresholds, unknown
from analyzer.alert.kind.window import SPAN, begun, is_blind
from analyzer.alert.rule import Rule
from analyzer.alert.schema import Key, share, whole

KEYS: Mapping[str, Key] = {
    "window": SPAN,
    "minimum": Key(whole, 20),
    "warning": Key(share, None),
    "alert": Key(share, None),
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
    pressure = {level: min(part, enough) for level, part in by_thresholds(rate, rule.settings).items()}
    figures = {
        "measure": "rate",
        "value": rate,
        "failures": rated,
        "requests": requests,
        "against": "threshold",
    }
    least = min(value for value in (rule.settings["warning"], rule.settings["alert"]) if value is not None)
    return [Finding(rule.name, pressure, begun(series, at, window, least), window, figures=figures)]
