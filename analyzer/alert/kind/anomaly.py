"""`anomaly`: not as in the same hour of past weeks.

    measure = "rate"                # failures per request; or failures, or requests
    direction = "up"                # or down (requests that stay away)
    window = "15m"
    history = "4w"                  # the past that says what is usual: 2w to 12w
    warning = 5                     # standard deviations beyond what is usual at this hour
    alert = 10
    least = 2.5                     # so many times the usual at least (down: at most one part in so many)
    minimum = 10                    # failures in the window at least (down: requests expected)
    creep = "48h"                   # also a rate that rises slowly, over so long; 0 for no
    creep_sum = 16                  # its cumulative sum (CUSUM) of hourly deviations
    creep_least = 1.7               # and so many times the usual over the last six hours

Usual is the median of the same local hour of the past weeks, summer and winter time heeded; two weeks
are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from analyzer.alert.clock import DAY, HOUR, WEEK
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding, too_few, unknown
from analyzer.alert.kind.usual import LEAST_WEEKS, Usual, usual
from analyzer.alert.kind.window import begun, is_blind
from analyzer.alert.rule import ALERT, LEVELS, WARNING, Rule
from analyzer.alert.schema import Key, number, one_of, span, span_or_none, up_to, whole
from analyzer.alert.statistic import deviation

KEYS: Mapping[str, Key] = {
    "measure": Key(one_of("rate", "failures", "requests"), "rate"),
    "direction": Key(one_of("up", "down"), "up"),
    "window": Key(up_to(span, 1, 6 * HOUR, "of 1m to 6h"), 15),
    "history": Key(up_to(span, LEAST_WEEKS * WEEK, 12 * WEEK, "of 2w to 12w"), 4 * WEEK),
    "warning": Key(number, 5.0),
    "alert": Key(number, 10.0),
    "least": Key(number, 2.5),
    "minimum": Key(whole, 10),
    "creep": Key(up_to(span_or_none, 0, 3 * DAY, "of at most 3d"), 2 * DAY),
    "creep_sum": Key(number, 16.0),
    "creep_least": Key(number, 1.7),
}
_RECENT = 6 * HOUR


def judge(rule: Rule, facts: Facts, at: int) -> list[Finding]:
    """Return the one finding."""
    window = rule.settings["window"]
    if is_blind(facts, at, window):
        return [unknown(rule.name, at, window, "no_data")]
    known = usual(rule, facts, at)
    if known is None:
        return [unknown(rule.name, at, window, "little_history")]
    sudden = _sudden(rule, known, at)
    creeping = _creeping(rule, known, at) if rule.settings["creep"] else None
    if creeping is None:
        return [sudden]
    pressures = [one.pressure or {} for one in (sudden, creeping)]
    both = {level: max(pressure.get(level, 0.0) for pressure in pressures) for level in LEVELS}
    pressing = max((sudden, creeping), key=lambda one: (one.pressure or {}).get(WARNING, 0.0))
    return [replace(pressing, pressure=both)]


def _sudden(rule: Rule, known: Usual, at: int) -> Finding:
    settings, window = rule.settings, rule.settings["window"]
    count, requests = known.count(at - window, at), known.series.total("requests", at - window, at)
    mean = known.mean(at - window, at)
    value, against = _as_measured(settings["measure"], count, mean, requests)
    figures = {
        "measure": settings["measure"], "value": value, "usual": against, "against": "usual",
        "failures": count if settings["measure"] != "requests" else None, "requests": requests,
    }  # fmt: skip
    sigmas = float(deviation(count, mean, known.scatter_window))
    few = None
    if settings["direction"] == "down":
        # Half a request stands for none, so that a total silence is no division by zero.
        sigmas, times, enough = -sigmas, mean / max(count, 0.5), mean / settings["minimum"]
    else:
        times, enough = count / max(mean, 0.01), count / settings["minimum"]
        few = too_few([min(sigmas / settings[WARNING], times / settings["least"])], int(count), settings)
    limit = min(times / settings["least"], enough)
    pressure = {level: max(0.0, min(sigmas / settings[level], limit)) for level in LEVELS}
    since = at - window
    if settings["measure"] == "rate" and pressure[WARNING] >= 1:
        since = begun(known.series, at, window, value)
    cause = "traffic" if settings["measure"] == "requests" else None
    return Finding(rule.name, pressure, since, window, cause=cause, figures=figures, few=few)


def _creeping(rule: Rule, known: Usual, at: int) -> Finding:
    """Judge the sum of the last hours' deviations; what happened in these hours must still go on."""
    settings = rule.settings
    count, mean = known.count(at - _RECENT, at), known.mean(at - _RECENT, at)
    requests = known.series.total("requests", at - _RECENT, at)
    value, against = _as_measured(settings["measure"], count, mean, requests)
    times = mean / max(count, 0.5) if settings["direction"] == "down" else count / max(mean, 0.01)
    pressed = min(
        known.sum / settings["creep_sum"], times / settings["creep_least"], count / settings["minimum"]
    )
    figures = {
        "measure": settings["measure"], "value": value, "usual": against, "against": "usual",
        "failures": count if settings["measure"] != "requests" else None, "requests": requests,
        "creeping": True,
    }  # fmt: skip
    cause = "traffic" if settings["measure"] == "requests" else None
    levels = {WARNING: max(0.0, pressed), ALERT: 0.0}
    return Finding(rule.name, levels, known.sum_since, _RECENT, cause=cause, figures=figures)


def _as_measured(measure: str, count: Any, mean: float, requests: int) -> tuple[float, float]:
    """Return the value and the usual one in the measure's own unit."""
    if measure == "rate":
        return (count / requests, mean / requests) if requests else (0.0, 0.0)
    return float(count), float(mean)
