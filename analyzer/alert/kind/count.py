"""`count`: failures in a window, also of logs that hold no successes.

    window = "10m"
    warning = 10      # failures; one of the two levels is enough
    alert = 100

Of such a log nothing is good news; where successes are logged too, nothing at all leaves it unknown.
"""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.alert.clock import DAY
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding, by_thresholds, thresholds_of, unknown
from analyzer.alert.kind.window import SPAN, first_failure, is_blind
from analyzer.alert.rule import Rule
from analyzer.alert.schema import Key, whole

KEYS: Mapping[str, Key] = {"window": SPAN, "warning": Key(whole, None), "alert": Key(whole, None)}


def judge(rule: Rule, facts: Facts, at: int) -> list[Finding]:
    """Return the one finding."""
    window = rule.settings["window"]
    if is_blind(facts, at, window) and _tells_of_requests(rule, facts, at):
        return [unknown(rule.name, at, window, "no_data")]
    series = facts.series(rule.scope, [(at - window, at)])
    failures = series.total("failures", at - window, at)
    figures = {"measure": "count", "value": failures, "failures": failures, "against": "threshold"}
    figures["thresholds"] = thresholds_of(rule.settings)
    pressure = by_thresholds(failures, rule.settings)
    return [Finding(rule.name, pressure, first_failure(series, at, window), window, figures=figures)]


def _tells_of_requests(rule: Rule, facts: Facts, at: int) -> bool:
    """Say whether the logs hold requests that did not fail; of failures alone, nothing is good news."""
    last = facts.until(at)
    if last is None:
        return True
    return bool(facts.series(rule.scope, [(last - DAY, last)]).total("requests", last - DAY, last))
