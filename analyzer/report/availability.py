"""Availability against a target: with and without the errors of the caller's own, and the error budget."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from analyzer.errors import UsageError

OWN = ("caller", "account_admin")
"""Owners on the caller's side: what they have to mend is no outage of the provider's."""


def read_slo(text: str) -> float:
    """Read a target such as `99.5` or `99.5%`, in percent. Raises UsageError."""
    try:
        target = float(text.strip().removesuffix("%"))
    except ValueError:
        target = float("nan")
    if not 0 < target < 100:
        raise UsageError(f"--slo {text!r} is no target; write a percentage between 0 and 100, such as 99.5")
    return target


def availability(
    requests: int, owners: Sequence[Mapping[str, Any]], target: float | None
) -> dict[str, Any] | None:
    """Return how many requests succeeded, of those of logs that hold all; None without requests.

    `availability` counts every failure; `availability_without_own` takes requests that failed by the
    caller's own fault (OWN) out of both sides. With a `target` in percent: the failures it allows
    (`budget`), the part of it that is left (below 0 where overspent), and `burn`: how many times faster
    than allowed the budget is spent, 1 being just kept.
    """
    if not requests:
        return None
    rated = {row["owner"]: row["failures"] - row["failures_without_rate"] for row in owners}
    failures, own = sum(rated.values()), sum(rated.get(owner, 0) for owner in OWN)
    found: dict[str, Any] = {
        "requests": requests,
        "failures": failures,
        "own_failures": own,
        "availability": 1 - failures / requests,
        "availability_without_own": 1 - (failures - own) / (requests - own) if requests > own else None,
    }
    if target is None:
        return found
    allowed = 1 - target / 100
    return {
        **found,
        "target": target / 100,
        **_budget("", failures, requests, allowed),
        **_budget("_without_own", failures - own, requests - own, allowed),
    }


def _budget(name: str, failures: int, requests: int, allowed: float) -> dict[str, float]:
    budget = requests * allowed
    return {
        f"budget{name}": budget,
        f"budget_left{name}": 1 - failures / budget if budget else 0.0,
        f"burn{name}": failures / budget if budget else 0.0,
    }
