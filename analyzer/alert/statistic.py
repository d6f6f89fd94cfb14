"""The figures behind an anomaly: what is usual, how much it scatters, and how far a count lies from it.

Counts scatter more than chance alone would have it, so they are taken as negative binomial: mean m,
variance m + phi * m². Every estimate is a median, so that past incidents do not count as usual.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Values = NDArray[np.float64]

SMALLEST_SCATTER = 0.02
"""No rate is steadier than 14 % from one window to the next, however steady a few weeks looked."""
_SHRINKING = 1.5
"""A deviation from a median of a few weeks, its own among them, is smaller than one from the truth; and the
oddest windows are cut."""
_ODD = 0.025
_LEAST_MEAN = 0.05


def deviation(count: Any, mean: Any, scatter: float) -> Any:
    """Return how many standard deviations counts lie from their means: the signed root of the deviance.

    Its tails follow the normal distribution's much closer than (count - mean) / spread does.
    """
    x, m = np.asarray(count, float), np.maximum(np.asarray(mean, float), 1e-9)
    size = 1.0 / max(scatter, 1e-9)
    own = np.where(x > 0, x * np.log(np.maximum(x, 1e-9) / m), 0.0)
    deviance = 2 * (own - (x + size) * np.log((x + size) / (m + size)))
    return np.sign(x - m) * np.sqrt(np.maximum(deviance, 0.0))


def usual_share(counts: Values, wholes: Values) -> Values:
    """Return the usual share of each column: the median over the weeks (rows) of counts / wholes."""
    return np.median((counts + 0.5) / (wholes + 1.0), axis=0)


def scatter(counts: Values, means: Values) -> float:
    """Return phi: how much more than by chance the counts scatter around their means.

    By moments for each week (a row), its oddest windows cut to size; then the lower median of the weeks, so
    that two of four with an incident in them do not make the rule deaf.
    """
    found = [_scatter_of(row, mean) for row, mean in zip(counts, means, strict=True)]
    return max(SMALLEST_SCATTER, _SHRINKING * sorted(found)[(len(found) - 1) // 2])


def _scatter_of(counts: Values, means: Values) -> float:
    known = means > _LEAST_MEAN
    if not known.any():
        return 0.0
    x, m = counts[known], means[known]
    spread = np.sqrt(m + 0.1 * m * m)
    oddness = np.abs(x - m) / spread
    distance = np.minimum(oddness, np.quantile(oddness, 1 - _ODD)) * spread
    return float(np.sum(distance**2 - m) / np.sum(m**2))


def cumulated(deviations: Values, allowance: float, most: float) -> float:
    """Return the one-sided cumulative sum (CUSUM) of hourly deviations, at their last hour.

    Each adds at most `most`, so that a short outage is not taken for a creeping rate, and gives
    `allowance` back.
    """
    total = 0.0
    for value in deviations.tolist():
        total = max(0.0, total + min(value, most) - allowance)
    return total
