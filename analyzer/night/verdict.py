"""The one sentence of a summary, as data: what kind of period it was, and which thresholds it crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.config.thresholds import Thresholds
from analyzer.night.change import deviation

NO_DATA, OUTAGE, WORSE, NEW_ERROR, BETTER, QUIET = (
    "no_data",
    "outage",
    "worse",
    "new_error",
    "better",
    "quiet",
)
KINDS = (NO_DATA, OUTAGE, WORSE, NEW_ERROR, BETTER, QUIET)
"""In the order of their weight: the first that holds is the verdict."""

_BEYOND_CHANCE = 3.0
_NOTABLE = 1.2
"""A rate that is a fifth higher is worth a word; less is not, however sure it is."""

_MOST, _ENOUGH = 0.5, 10


def verdict_of(summary: Mapping[str, Any]) -> str:
    """Return one of KINDS for a summary."""
    if "no_data" in summary["warnings"]:
        return NO_DATA
    if summary["outages"]:
        return OUTAGE
    trend = _trend(summary)
    if trend > 0:
        return WORSE
    if any(error["never_seen"] for error in summary["new"]):
        return NEW_ERROR
    return BETTER if trend < 0 else QUIET


def _trend(summary: Mapping[str, Any]) -> int:
    """Return 1 where more failed than chance and the past explain, -1 where less, else 0.

    The past is the usual range where there are enough periods of it, else the period before.
    """
    rate, usual = summary["error_rate"], summary["usual"]["error_rate"]
    if rate is None:
        return _counted(summary["failures"], summary["usual"]["failures"], summary["before"]["failures"])
    requests, failures = summary["requests"], round(rate * summary["requests"])
    if usual is not None:
        low, middle, high = usual["low"], usual["median"], usual["high"]
    elif summary["before"]["error_rate"] is not None:
        low = middle = high = summary["before"]["error_rate"]
    else:
        # Nothing earlier says what is usual; that most requests fail is not.
        return 1 if rate >= _MOST and failures >= _ENOUGH else 0
    expected = middle * requests
    if rate > max(high, _NOTABLE * middle) and _beyond(failures, expected) >= _BEYOND_CHANCE:
        return 1
    return -1 if rate < min(low, middle / _NOTABLE) and _beyond(failures, expected) <= -_BEYOND_CHANCE else 0


def _counted(failures: int, usual: Mapping[str, float] | None, before: int) -> int:
    if usual is not None:
        low, middle, high = usual["low"], usual["median"], usual["high"]
    elif before:
        low = middle = high = float(before)
    else:
        return 0
    if failures > max(high, _NOTABLE * middle) and _beyond(failures, middle) >= _BEYOND_CHANCE:
        return 1
    return (
        -1 if failures < min(low, middle / _NOTABLE) and _beyond(failures, middle) <= -_BEYOND_CHANCE else 0
    )


def _beyond(failures: int, expected: float) -> float:
    # Compared like two counts of equal exposure, so that an expectation of nothing has its chance too.
    return deviation(failures, round(expected), 1.0)


@dataclass(frozen=True)
class Crossed:
    """A threshold that a period crossed: its name, what was found, and where it lies."""

    name: str
    found: float | str | None = None
    limit: float | str | None = None
    """None, like what was found, for what only is so or is not."""

    def __str__(self) -> str:
        return self.name if self.limit is None else f"{self.name} is {self.found} (threshold: {self.limit})"


def crossed_by(summary: Mapping[str, Any], thresholds: Thresholds) -> list[Crossed]:
    """Return the thresholds that a summary crosses."""
    found: list[Crossed] = []
    rate, budget = summary["error_rate"], summary["budget"]
    new = sum(1 for error in summary["new"] if error["never_seen"])
    if thresholds.error_rate is not None and rate is not None and rate * 100 >= thresholds.error_rate:
        found.append(Crossed("error_rate", f"{rate * 100:.2f} %", f"{thresholds.error_rate:g} %"))
    if thresholds.failures is not None and summary["failures"] >= thresholds.failures:
        found.append(Crossed("failures", summary["failures"], thresholds.failures))
    if thresholds.new_errors is not None and new >= thresholds.new_errors:
        found.append(Crossed("new_errors", new, thresholds.new_errors))
    if thresholds.budget is not None and budget is not None and budget["left"] * 100 <= thresholds.budget:
        found.append(Crossed("budget", f"{budget['left'] * 100:.1f} % left", f"{thresholds.budget:g} %"))
    return found + _states(summary, thresholds)


def _states(summary: Mapping[str, Any], thresholds: Thresholds) -> list[Crossed]:
    stopped = (
        bool(summary["silent"]) or "ends_early" in summary["warnings"] or "no_data" in summary["warnings"]
    )
    states: Sequence[tuple[str, bool, bool]] = (
        ("worse", thresholds.worse, _is_worse(summary)),
        ("outage", thresholds.outage, bool(summary["outages"])),
        ("silence", thresholds.silence, stopped),
    )
    return [Crossed(name) for name, wanted, holds in states if wanted and holds]


def _is_worse(summary: Mapping[str, Any]) -> bool:
    return "no_data" not in summary["warnings"] and _trend(summary) > 0
