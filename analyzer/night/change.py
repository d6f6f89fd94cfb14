"""What is new, gone, grown or fallen between two days, beyond what chance would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

_BEYOND_CHANCE = 3.0
"""So many standard deviations from the expected number are no chance: once in some 400 comparisons."""


@dataclass(frozen=True)
class Change:
    """One error on two days."""

    error: Mapping[str, Any]
    """The row of the day on which it was seen, of the later one where of both."""
    failures: int
    failures_before: int


@dataclass(frozen=True)
class Changes:
    """The errors of two days, sorted by what became of them; each list begins with the most failures."""

    new: Sequence[Change]
    gone: Sequence[Change]
    grown: Sequence[Change]
    fallen: Sequence[Change]


def changes(
    errors: Sequence[Mapping[str, Any]], errors_before: Sequence[Mapping[str, Any]], growth: float
) -> Changes:
    """Compare the errors of a day with those of the day before.

    `growth` is the day's requests divided by the day before's (1 where unknown): an error that only
    grew with the traffic did not grow.
    """
    today, before = _by_key(errors), _by_key(errors_before)
    both = [
        Change(error, error["failures"], before[key]["failures"])
        for key, error in today.items()
        if key in before
    ]
    deviations = [(deviation(change.failures, change.failures_before, growth), change) for change in both]
    return Changes(
        new=_sorted(
            [Change(error, error["failures"], 0) for key, error in today.items() if key not in before]
        ),
        gone=_sorted(
            [Change(error, 0, error["failures"]) for key, error in before.items() if key not in today]
        ),
        grown=_sorted([change for value, change in deviations if value >= _BEYOND_CHANCE]),
        fallen=_sorted([change for value, change in deviations if value <= -_BEYOND_CHANCE]),
    )


def deviation(failures: int, failures_before: int, growth: float) -> float:
    """Return how many standard deviations `failures` lie from what the day before and the traffic say.

    The conditional comparison of two Poisson counts (Przyborowski and Wilenski, 1940): of all n failures,
    each falls on the later day with the chance growth / (1 + growth), so their number is binomial.
    """
    chance = growth / (1 + growth)
    together = failures + failures_before
    spread = sqrt(together * chance * (1 - chance))
    return (failures - together * chance) / spread if spread else 0.0


def _by_key(errors: Sequence[Mapping[str, Any]]) -> dict[tuple[str, str], Mapping[str, Any]]:
    return {(error["level"], error["entry_id"] or error["code"] or ""): error for error in errors}


def _sorted(found: list[Change]) -> list[Change]:
    return sorted(found, key=lambda change: -abs(change.failures - change.failures_before))
