"""Telling changes from chance: against exact sums, and against what chance really does."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.statistics import (
    EXACT_UP_TO,
    FALSE_DISCOVERY_RATE,
    adjusted,
    change_probability,
    dispersion,
)

CASES: dict[str, list[Any]] = json.loads((Path(__file__).parent / "statistics.json").read_text("utf-8"))
"""Counts with their exact mid-p (sums of binomials in rational numbers), and inputs of the others."""


def test_small_counts_have_the_exact_probability() -> None:
    for case in CASES["counts"]:
        found = change_probability(
            case["failures"], case["before"], case["exposure"], case["exposure_before"]
        )
        assert found == pytest.approx(case["exact"], rel=1e-9, abs=1e-300), case


def test_the_normal_continues_the_exact() -> None:
    """Where the approximation takes over, it says what the exact sum said."""
    half = EXACT_UP_TO // 2
    exact = change_probability(half + 110, half - 110, 1, 1)
    normal = change_probability(half + 111, half - 110, 1, 1)
    assert exact is not None
    assert normal is not None
    assert normal == pytest.approx(exact, rel=0.03)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.floats(1e-3, 1e9), st.floats(1e-3, 1e9))
def test_a_probability_is_one_and_does_not_know_which_span_came_first(
    failures: int, before: int, exposure: float, exposure_before: float
) -> None:
    found = change_probability(failures, before, exposure, exposure_before)
    turned = change_probability(before, failures, exposure_before, exposure)
    assert found is not None
    assert 0 <= found <= 1
    assert found == pytest.approx(turned, rel=1e-6, abs=1e-12)


def test_without_exposure_nothing_is_said() -> None:
    assert change_probability(5, 3, 0, 100) is None
    assert change_probability(0, 0, 10, 100) == 1


def test_dispersion_is_one_for_even_counts_and_large_for_bursts() -> None:
    assert dispersion([[(2, 10)] * 12, [(3, 10)] * 12]) == 1
    assert dispersion([[(0, 50)] * 11 + [(300, 50)], [(1, 50)] * 12]) > 100
    assert dispersion([[(9, 10), (0, 10)], []]) == 1, "two slices tell no scatter"
    assert dispersion([[(0, 10)] * 30, [(2, 10)] * 12]) == 1, "a span without failures tells none"


def test_adjusting_is_benjamini_and_hochbergs() -> None:
    found = adjusted([0.01, None, 0.04, 0.03, 0.2])
    assert found[1] is None
    assert [value for value in found if value is not None] == pytest.approx([0.04, 0.16 / 3, 0.16 / 3, 0.2])
    assert adjusted([]) == []


def test_chance_alone_is_rarely_called_a_change() -> None:
    """Twenty steady errors on two days, half of them in bursts: few days have any line that is wrong."""
    random.seed(20)
    days = [_family(bursts=True) for _ in range(60)]
    assert sum(days) / len(days) <= FALSE_DISCOVERY_RATE * 2
    days = [_family(bursts=False) for _ in range(60)]
    assert sum(days) / len(days) <= FALSE_DISCOVERY_RATE * 2


def test_a_change_is_found_also_among_bursts() -> None:
    random.seed(21)
    found = [
        _probability(_day(per_hour=1, burst=5), _day(per_hour=4, burst=5)) < 0.05 / 20 for _ in range(40)
    ]
    assert sum(found) >= 30


def _family(bursts: bool) -> bool:
    """Say whether any of 20 steady errors is called changed between two days of one process."""
    probabilities = [
        _probability(_day(0.5, burst), _day(0.5, burst))
        for burst in ([20 if bursts and place % 2 else 1 for place in range(20)])
    ]
    return any(value is not None and value <= FALSE_DISCOVERY_RATE for value in adjusted(probabilities))


def _day(per_hour: float, burst: int) -> list[tuple[float, float]]:
    """Return 24 hours of failures that come `burst` at a time."""
    return [
        (float(burst * sum(random.random() < per_hour / 60 for _ in range(60))), 1000.0) for _ in range(24)
    ]


def _probability(before: list[tuple[float, float]], now: list[tuple[float, float]]) -> float:
    found = change_probability(
        sum(count for count, _ in now),
        sum(count for count, _ in before),
        sum(exposure for _, exposure in now),
        sum(exposure for _, exposure in before),
        dispersion([now, before]),
    )
    assert found is not None
    return found
