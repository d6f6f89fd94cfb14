"""What is usual: the middle and the range of earlier periods of the same kind."""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

PERIODS = 8
"""So many earlier periods are looked at: the same weekday of eight weeks, eight weeks, eight months."""
LEAST = 3
"""Fewer than this make no range."""
_FIGURES = ("requests", "failures", "error_rate")


@dataclass(frozen=True)
class Usual:
    """The range of a figure in earlier periods."""

    low: float
    median: float
    high: float


def usual_of(totals: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return `periods` (how many hold anything), `least`, and the range of each figure, None where too few.

    `totals` are answers of the query totals; an empty period is one that nothing is known of.
    """
    known = [row for row in totals if row["events"]]
    return {
        "periods": len(known),
        "least": LEAST,
        **{name: _range([row[name] for row in known if row[name] is not None]) for name in _FIGURES},
    }


def _range(values: Sequence[float]) -> dict[str, float] | None:
    if len(values) < LEAST:
        return None
    return asdict(Usual(min(values), statistics.median(values), max(values)))
