"""What the kinds share: the window's key, whether it can be seen at all, and when in it things began."""

from __future__ import annotations

import numpy as np

from analyzer.alert.clock import WEEK
from analyzer.alert.facts import Facts
from analyzer.alert.schema import Key, span, up_to
from analyzer.alert.series import Series

SPAN = Key(up_to(span, 1, WEEK, "of 1m to 1w"), 10)
_PARTS = 10


def is_blind(facts: Facts, at: int, window: int) -> bool:
    """Tell whether nothing at all is stored from the window's start on: then nothing is known of it."""
    until = facts.until(at)
    return until is None or until <= at - window


def begun(series: Series, at: int, window: int, rate: float) -> int:
    """Return the minute of the first failure from where on the rate was high.

    It comes after the point of change, in tenths of the window: where failures exceed half of `rate` most.
    """
    step = max(1, window // _PARTS)
    starts = range(at - step, at - window - 1, -step)

    def excess(start: int) -> float:
        return float(series.total("rated", start, at) - rate / 2 * series.total("requests", start, at))

    start = max(starts, key=excess, default=at - window)
    minutes = np.arange(start, at)
    failed = np.flatnonzero(series.total("rated", minutes, minutes + 1))
    return start + int(failed[0]) if len(failed) else start


def first_failure(series: Series, at: int, window: int) -> int:
    """Return the minute of the window's first failure, or its start."""
    minutes = np.arange(at - window, at)
    found = np.flatnonzero(series.total("failures", minutes, minutes + 1))
    return at - window + int(found[0]) if len(found) else at - window
