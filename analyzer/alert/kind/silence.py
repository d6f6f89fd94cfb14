"""`silence`: nothing comes any more, where by this hour's own past something should.

    after = "10m"                   # a shorter gap is never remarkable
    warning = 30                    # so many requests should have come in the gap
    alert = 200
    history = "4w"

What should have come is the second least of the same hours of the day before and of the weeks before (the
least of two), so that a source that is quiet every night, or every Sunday, does not cry. After a day no
new alarm begins, and one that is open stays so until something comes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from analyzer.alert.clock import DAY, WEEK
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding, by_thresholds, unknown
from analyzer.alert.rule import Rule
from analyzer.alert.schema import Key, number, span, up_to
from analyzer.alert.series import Series

KEYS: Mapping[str, Key] = {
    "after": Key(up_to(span, 1, DAY, "of 1m to 1d"), 10),
    "history": Key(up_to(span, WEEK, 12 * WEEK, "of 1w to 12w"), 4 * WEEK),
    "warning": Key(number, 30),
    "alert": Key(number, 200),
}
_LEAST_PAST = 2


def judge(rule: Rule, facts: Facts, at: int) -> list[Finding]:
    """Return the one finding; a source without two earlier days of the same hours is not judged."""
    after, first = rule.settings["after"], facts.first()
    if first is None:
        return [unknown(rule.name, at, after, "no_data")]
    if _events(facts.series(rule.scope, [(at - after, at)]), at - after, at):
        return [_finding(rule, at, 0, 0.0)]
    gap = _gap(facts.series(rule.scope, [(at - DAY, at)]), at)
    if gap >= DAY:
        return [unknown(rule.name, at, DAY, "gone")]
    past = _past(rule, facts, at - gap)
    if len(past) < _LEAST_PAST:
        return [unknown(rule.name, at, gap, "little_history")]
    series = facts.series(rule.scope, [(start, start + gap) for start in past])
    counts = sorted(_events(series, start, start + gap) for start in past)
    expected = counts[0] if len(counts) <= _LEAST_PAST else counts[1]
    return [_finding(rule, at, gap, float(expected))]


def _finding(rule: Rule, at: int, gap: int, expected: float) -> Finding:
    figures = {"measure": "silence", "value": gap, "expected": expected, "against": "usual"}
    pressure = by_thresholds(expected, rule.settings)
    return Finding(rule.name, pressure, at - gap, gap, cause="traffic", figures=figures)


def _gap(series: Series, at: int) -> int:
    minutes = np.arange(at - DAY, at)
    seen = np.flatnonzero(_events(series, minutes, minutes + 1))
    return DAY - 1 - int(seen[-1]) if len(seen) else DAY


def _events(series: Series, since: Any, until: Any) -> Any:
    failures, rated = (series.total(name, since, until) for name in ("failures", "rated"))
    return series.total("requests", since, until) + failures - rated


def _past(rule: Rule, facts: Facts, since: int) -> list[int]:
    """Return where the same hours began on the day before, and a week ago and so on, as far as is known.

    Days on which the source itself sent nothing tell nothing: it was not there yet, or was down.
    """
    days = [1, *range(7, rule.settings["history"] // DAY + 1, 7)]
    starts = [int(facts.clock.earlier(np.array([since]), day)[0]) for day in days]
    stored = [start for start in starts if start >= (facts.first() or 0)]
    series = facts.series(rule.scope, [(start - DAY, start) for start in stored])
    return [start for start in stored if _events(series, start - DAY, start)]
