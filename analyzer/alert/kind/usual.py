"""What is usual at an hour: the same local hours of past weeks, and how much they scatter.

The hourly part is worked out once an hour for each rule (`Facts` keep it); what is left for a moment is
the sum of a few windows.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

import numpy as np

from analyzer.alert.clock import HOUR, WEEK
from analyzer.alert.facts import Facts
from analyzer.alert.rule import Rule
from analyzer.alert.series import Series
from analyzer.alert.statistic import cumulated, deviation, scatter, usual_share

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]
    Minutes = NDArray[np.int64]

LEAST_WEEKS = 2
_WIDER = 15
"""Minutes around a window of a past week that tell of its hour too: a few more failures, the same season."""
_ALLOWANCE = 0.8
_MOST = 3.0
_LEVEL_HOURS = 6


@dataclass
class Usual:
    """What is usual for a rule around an hour.

    `shifts` are the minutes from the hour back to the same one of each week. `level` is how much more there
    is these hours than in past weeks (1 for rates, which need no such correction). `sum` is the cumulative
    sum of the hourly deviations up to the hour, `sum_since` the minute from which on it grew.
    """

    rule: Rule
    facts: Facts
    series: Series
    days: tuple[int, ...]
    shifts: tuple[int, ...]
    scatter_window: float
    level: float
    sum: float
    sum_since: int

    def count(self, since: int, until: int) -> int:
        """Return what the rule measures in a window."""
        return int(self.series.total(_counted(self.rule), since, until))

    def mean(self, since: int, until: int) -> float:
        """Return what is usual in a window that ends within the hour."""
        part = (until - since) / (until - since + 2 * _WIDER)
        spans = [(since - shift - _WIDER, until - shift + _WIDER) for shift in self.shifts]
        counts = [self.series.total(_counted(self.rule), *span) * part for span in spans]
        if self.rule.settings["measure"] != "rate":
            return float(median(counts) * self.level)
        wholes = [self.series.total("requests", *span) * part for span in spans]
        shares = [(count + 0.5) / (whole + 1.0) for count, whole in zip(counts, wholes, strict=True)]
        return float(median(shares) * self.series.total("requests", since, until))


def usual(rule: Rule, facts: Facts, at: int) -> Usual | None:
    """Return what is usual around `at`, the same for an hour; None where too few past weeks are stored."""
    hour = at // HOUR * HOUR
    held = facts.held(rule.hash, hour)
    if held is not None:
        return held if isinstance(held, Usual) else None
    known = _usual(rule, facts, hour)
    facts.hold(rule.hash, hour, known or "too few weeks")
    return known


def _usual(rule: Rule, facts: Facts, hour: int) -> Usual | None:
    past = max(rule.settings["creep"], _LEVEL_HOURS * HOUR)
    back = past + rule.settings["window"] + HOUR
    found = _weeks(rule, facts, hour, back)
    if len(found) < LEAST_WEEKS:
        return None
    series = facts.series(rule.scope, [(hour - back, hour + HOUR)])
    days, shifts = tuple(found), tuple(hour - start for start in found.values())
    known = Usual(rule, facts, series, days, shifts, 0.0, 1.0, 0.0, hour)
    hours = np.arange(hour - past, hour, HOUR)
    counts = np.asarray(known.series.total(_counted(rule), hours, hours + HOUR), float)
    before, wholes = _past(known, hours, HOUR)
    if rule.settings["measure"] == "rate":
        means = usual_share(before, wholes) * known.series.total("requests", hours, hours + HOUR)
    else:
        means = np.median(before, axis=0)
        known.level = _level(counts[-_LEVEL_HOURS:], means[-_LEVEL_HOURS:])
    known.scatter_window = _scatter(known, hours, rule.settings["window"])
    signs = -1.0 if rule.settings["direction"] == "down" else 1.0
    deviations = signs * deviation(counts, means, _scatter(known, hours, HOUR))
    known.sum = cumulated(deviations, _ALLOWANCE, _MOST)
    known.sum_since = int(hours[_last_rise(deviations)]) if len(hours) else hour
    return known


def _weeks(rule: Rule, facts: Facts, hour: int, back: int) -> dict[int, int]:
    """Return how many days back the past weeks lie of which anything is stored -> the same hour there.

    Weeks before the first event hold nothing, nor do those that were never read or are deleted.
    """
    found, first = {}, facts.first()
    for week in range(1, rule.settings["history"] // WEEK + 1):
        start = int(facts.clock.earlier(np.array([hour]), 7 * week)[0])
        span = (start - back - HOUR, start + 3 * HOUR)
        if first is None or span[0] < first:
            continue
        series = facts.series(rule.scope, [span])
        if series.total("requests", *span) or series.total("failures", *span):
            found[7 * week] = start
    return found


def _past(known: Usual, starts: Minutes, length: int) -> tuple[Values, Values]:
    """Return what was counted, and asked, in the same windows of each past week (a row each)."""
    shifted = np.stack([known.facts.clock.earlier(starts, day) for day in known.days])
    since, until = shifted - _WIDER, shifted + length + _WIDER
    part = length / (length + 2 * _WIDER)
    total = known.series.total
    return total(_counted(known.rule), since, until) * part, total("requests", since, until) * part


def _scatter(known: Usual, hours: Minutes, length: int) -> float:
    """Return how much windows of a length scattered in the past weeks around what is usual for them."""
    starts = (hours[:, None] + np.arange(0, max(HOUR - length, 0) + 1, length)).ravel()
    shifted = np.stack([known.facts.clock.earlier(starts, day) for day in known.days])
    counts = np.asarray(known.series.total(_counted(known.rule), shifted, shifted + length), float)
    past, wholes = _past(known, starts, length)
    if known.rule.settings["measure"] == "rate":
        requests = np.asarray(known.series.total("requests", shifted, shifted + length), float)
        return scatter(counts, usual_share(past, wholes) * requests)
    return scatter(counts, np.broadcast_to(np.median(past, axis=0), counts.shape))


def _level(counts: Values, means: Values) -> float:
    """Return how much more there is than in past weeks: the median over the last hours."""
    seen = means > 0
    return float(np.clip(np.median(counts[seen] / means[seen]), 0.2, 5.0)) if seen.any() else 1.0


def _last_rise(deviations: Values) -> int:
    """Return the hour from which on the cumulative sum stayed above 0."""
    total, start = 0.0, 0
    for number, value in enumerate(deviations.tolist()):
        before, total = total, max(0.0, total + min(value, _MOST) - _ALLOWANCE)
        if total > 0 and before == 0:
            start = number
    return start


def _counted(rule: Rule) -> str:
    return {"rate": "rated", "failures": "failures", "requests": "requests"}[rule.settings["measure"]]
