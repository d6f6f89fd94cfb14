"""What is new, gone, grown or fallen between two days."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.night.change import changes, deviation


def error(code: str, failures: int, entry_id: str | None = None) -> dict[str, Any]:
    """Return a row as the query entries_seen gives it, as far as the comparison reads it."""
    return {
        "level": "entry" if entry_id else "none",
        "entry_id": entry_id,
        "code": code,
        "failures": failures,
    }


def test_each_error_lands_where_it_belongs() -> None:
    """New, gone, grown and fallen errors are told apart; what moved within chance is in no list."""
    found = changes(
        [error("A", 5), error("B", 400), error("C", 20), error("D", 101)],
        [error("B", 100), error("C", 90), error("D", 95), error("E", 7)],
        growth=1.0,
    )
    assert [(change.error["code"], change.failures, change.failures_before) for change in found.new] == [
        ("A", 5, 0)
    ]
    assert [(change.error["code"], change.failures, change.failures_before) for change in found.gone] == [
        ("E", 0, 7)
    ]
    assert [change.error["code"] for change in found.grown] == ["B"]
    assert [change.error["code"] for change in found.fallen] == ["C"]


def test_entries_of_one_code_are_compared_apart() -> None:
    """A second entry of a known code is new."""
    found = changes([error("X", 3, "x-1"), error("X", 4, "x-2")], [error("X", 3, "x-1")], growth=1.0)
    assert [change.error["entry_id"] for change in found.new] == ["x-2"]


def test_growth_with_the_traffic_is_no_growth() -> None:
    """Three times the requests and three times the failures are nothing to tell."""
    found = changes([error("B", 300)], [error("B", 100)], growth=3.0)
    assert (found.grown, found.fallen) == ([], [])


@pytest.mark.parametrize(
    ("failures", "before", "growth", "expected"), [(100, 100, 1.0, 0.0), (16, 0, 1.0, 4.0), (0, 0, 1.0, 0.0)]
)
def test_the_deviation_is_that_of_a_binomial(
    failures: int, before: int, growth: float, expected: float
) -> None:
    """Sixteen heads of sixteen throws lie four standard deviations from eight."""
    assert deviation(failures, before, growth) == pytest.approx(expected)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.floats(1e-6, 1e6))
def test_the_deviation_has_the_direction_of_the_change(failures: int, before: int, growth: float) -> None:
    """It is positive where more failed than the traffic explains, and its sign turns with the days."""
    value = deviation(failures, before, growth)
    assert value == pytest.approx(-deviation(before, failures, 1 / growth), rel=1e-6, abs=1e-3)
    if failures > before * growth * 1.01 + 1:
        assert value > 0
