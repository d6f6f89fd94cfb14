"""The figures behind an anomaly, beside exact ones."""

from __future__ import annotations

import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.alert.statistic import SMALLEST_SCATTER, cumulated, deviation, scatter, usual_share


def tail(count: int, mean: float, phi: float) -> float:
    """Return the exact chance that a negative binomial count is at least `count`."""
    size = 1 / phi
    below = 0.0
    for k in range(count):
        below += math.exp(
            math.lgamma(k + size) - math.lgamma(size) - math.lgamma(k + 1)
            + size * math.log(size / (size + mean)) + k * math.log(mean / (size + mean))
        )  # fmt: skip
    return 1 - below


@pytest.mark.parametrize(("mean", "phi"), [(2, 0.02), (20, 0.02), (20, 0.3), (200, 0.05)])
@pytest.mark.parametrize("sigmas", [2, 3, 4])
def test_a_deviation_is_as_rare_as_a_normal_one(mean: float, phi: float, sigmas: int) -> None:
    """Within a factor of three of the exact tail, where (count - mean) / spread is wrong by hundreds."""
    count = next(k for k in range(100_000) if deviation(k, mean, phi) >= sigmas)
    exact, normal = tail(count, mean, phi), 1 - NormalDist().cdf(float(deviation(count, mean, phi)))
    assert 1 / 3 < exact / normal < 3


@settings(deadline=None)
@given(st.integers(0, 5000), st.floats(0.01, 5000), st.floats(0.02, 2))
def test_a_deviation_has_the_sign_and_order_of_the_count(count: int, mean: float, phi: float) -> None:
    value, more = float(deviation(count, mean, phi)), float(deviation(count + 1, mean, phi))
    assert math.isfinite(value)
    assert more > value
    assert (value > 0) == (count > mean) or abs(count - mean) < 1e-6 * mean


@pytest.mark.parametrize("mean", [3.0, 10.0, 300.0])
@pytest.mark.parametrize("phi", [0.02, 0.1, 0.5])
def test_the_scatter_is_found_again_also_of_few_counts_and_beside_an_incident(
    mean: float, phi: float
) -> None:
    random = np.random.default_rng(7)
    counts = random.poisson(random.gamma(1 / phi, mean * phi, (4, 400))).astype(float)
    counts[2, 100:200] *= 10
    found = scatter(counts, np.full((4, 400), mean))
    assert max(SMALLEST_SCATTER, phi * 0.5) <= found <= max(2.2 * phi, phi + 0.2)


def test_the_usual_share_is_the_middle_week() -> None:
    counts, wholes = np.array([[2.0], [2.2], [90.0], [1.8]]), np.full((4, 1), 100.0)
    assert usual_share(counts, wholes)[0] == pytest.approx(0.0257, abs=0.001)


@settings(deadline=None)
@given(st.lists(st.floats(-5, 9), max_size=50))
def test_a_short_outage_does_not_fill_the_sum(deviations: list[float]) -> None:
    """Each hour adds at most `most` less the allowance, and the sum never falls below 0."""
    total = cumulated(np.array(deviations), 0.8, 3.0)
    assert 0 <= total <= 2.2 * len(deviations) + 1e-9
