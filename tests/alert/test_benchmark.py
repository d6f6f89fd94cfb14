"""The rules of `seasons` on traffic with planted incidents: six weeks in the tests, years as a proof."""

from __future__ import annotations

import pytest

from tests.benchmarks.alerts import run, score
from tests.benchmarks.traffic import YEAR, Traffic

SIX_WEEKS = ("outage", "burst", "creep", "new", "blackout", "burst")
JUDGING = range(101, 105)


def test_six_weeks_with_six_incidents() -> None:
    """All are found, with one false alarm at most: a seed of those for judging."""
    traffic = Traffic(101, days=42, incidents=SIX_WEEKS, quiet=17)
    result = score(traffic, run(traffic, every=10))
    assert [planted.kind for planted in result.missed] == []
    assert len(result.false) <= 1


@pytest.mark.proof
@pytest.mark.parametrize("seed", JUDGING)
def test_a_year_with_forty_incidents(seed: int) -> None:
    """At least 95 % are found in time, with at most one false alarm a month."""
    traffic = Traffic(seed, days=365, incidents=YEAR)
    result = score(traffic, run(traffic))
    assert result.share >= 0.95, result.missed
    assert result.false_a_month <= 1, result.false
