"""What is new, gone, grown or fallen between two days, beyond what chance would do.

The test is the report's (analyzer/report/statistics.py), by the mere counts: a night lists an outage
as grown, though it may be one incident; the report beside it tells bursts apart.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

from analyzer.report.statistics import adjusted, change_probability

_FALSE_LINES = 0.01
"""Of the lines about what grew or fell, at most so large a part is expected to be chance."""


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
    likely = adjusted(
        [change_probability(change.failures, change.failures_before, growth, 1.0) for change in both]
    )
    changed = [
        change
        for value, change in zip(likely, both, strict=True)
        if value is not None and value <= _FALSE_LINES
    ]
    unseen = [error for key, error in today.items() if key not in before]
    new = [error for error in unseen if not is_known_code(error, errors_before)]
    return Changes(
        new=_sorted([Change(error, error["failures"], 0) for error in new]),
        gone=_sorted(
            [Change(error, 0, error["failures"]) for key, error in before.items() if key not in today]
        ),
        grown=_sorted([change for change in changed if change.failures > change.failures_before * growth]),
        fallen=_sorted([change for change in changed if change.failures < change.failures_before * growth]),
    )


def is_known_code(error: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bool:
    """Say whether an error is a code without a sure row, and one of `others` has that code too.

    Another wording of a code that is known is no new error.
    """
    return error["level"] == "code" and any(
        other["level"] != "none" and other["code"] == error["code"] for other in others
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
