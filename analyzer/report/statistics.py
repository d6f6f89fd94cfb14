"""Whether two counts differ by more than chance, also when failures come in bursts.

The test is the conditional comparison of two Poisson counts (Przyborowski and Wilenski, 1940): of all n
failures, each falls into the later span with the chance exposure / (exposure + exposure before), so the
later count is binomial. Up to EXACT_UP_TO failures the p-value is exact (mid-p, two-sided: twice the
smaller tail, of the observed count's own probability one half); beyond, the normal approximation. Bursts
are counted by the dispersion: n failures that scatter as much as n / dispersion independent ones are
tested as so many. templates/static/page has the same in JavaScript; tests hold the two together.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

EXACT_UP_TO = 10_000
FALSE_DISCOVERY_RATE = 0.05
"""Of the changes that a table calls beyond chance, at most so large a part is expected to be chance."""
ENOUGH_SLICES = 6
"""With fewer slices of time the scatter cannot be estimated, and is taken to be Poisson's."""

_SMALLEST = 1e-300
_LONGEST_FRACTION = 20_000


def change_probability(
    failures: float, before: float, exposure: float, exposure_before: float, dispersion: float = 1.0
) -> float | None:
    """Return how likely chance alone makes the counts differ so much; None where an exposure is missing.

    An exposure is the number of requests, or the length of the span where requests are not known.
    """
    if not (exposure > 0 and exposure_before > 0):
        return None
    count, together = failures / dispersion, (failures + before) / dispersion
    if together <= 0:
        return 1.0
    chance = exposure / (exposure + exposure_before)
    if together > EXACT_UP_TO:
        spread = math.sqrt(together * chance * (1 - chance))
        return math.erfc(abs(count - together * chance) / spread / math.sqrt(2))
    rest = together - count
    upper = _mean(beta_share(chance, count, rest + 1), beta_share(chance, count + 1, rest))
    lower = _mean(beta_share(1 - chance, rest, count + 1), beta_share(1 - chance, rest + 1, count))
    return min(1.0, 2 * min(upper, lower))


def dispersion(spans: Iterable[Sequence[tuple[float, float]]]) -> float:
    """Return how many times more than Poisson's the counts scatter, 1 at least: Pearson's chi-square.

    Each span is a list of slices of time: (failures, exposure). The spans are taken each by itself, so
    that a change between them is no scatter; spans without failures and slices without exposure tell nothing.
    """
    total, freedom = 0.0, 0
    for slices in spans:
        exposed = [(count, exposure) for count, exposure in slices if exposure > 0]
        failures = sum(count for count, _ in exposed)
        if not failures:
            continue
        rate = failures / sum(exposure for _, exposure in exposed)
        total += sum((count - rate * exposure) ** 2 / (rate * exposure) for count, exposure in exposed)
        freedom += len(exposed) - 1
    return max(1.0, total / freedom) if freedom >= ENOUGH_SLICES else 1.0


def adjusted(probabilities: Sequence[float | None]) -> list[float | None]:
    """Return the p-values adjusted for how many there are (Benjamini and Hochberg, 1995); None stays None.

    What is at most FALSE_DISCOVERY_RATE afterwards is beyond chance.
    """
    known = [(value, place) for place, value in enumerate(probabilities) if value is not None]
    found: list[float | None] = [None] * len(probabilities)
    smallest = 1.0
    for rank, (value, place) in reversed(list(enumerate(sorted(known), start=1))):
        smallest = min(smallest, value * len(known) / rank)
        found[place] = smallest
    return found


def beta_share(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), by its continued fraction (Lentz)."""
    if a <= 0 or x >= 1:
        return 1.0
    if b <= 0 or x <= 0:
        return 0.0
    if x > (a + 1) / (a + b + 2):
        return 1.0 - _beta_fraction(1 - x, b, a)
    return _beta_fraction(x, a, b)


def _beta_fraction(x: float, a: float, b: float) -> float:
    logarithm = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    fraction = d
    for m in range(1, _LONGEST_FRACTION):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1 / _not_zero(1 + even * d)
        c = _not_zero(1 + even / c)
        fraction *= d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = 1 / _not_zero(1 + odd * d)
        c = _not_zero(1 + odd / c)
        fraction *= d * c
        if abs(d * c - 1) < 1e-15:
            break
    return min(1.0, math.exp(logarithm) * fraction / a)


def _not_zero(value: float) -> float:
    return value if abs(value) > _SMALLEST else _SMALLEST


def _mean(one: float, other: float) -> float:
    return (one + other) / 2
