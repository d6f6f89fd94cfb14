"""From where on a night is no quiet one: the table `[thresholds]` of analyzer.toml."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analyzer.config.values import number, shown, whole


@dataclass(frozen=True)
class Thresholds:
    """What makes `analyzer nightly` exit with 3; a threshold that is not written is never crossed."""

    error_rate: float | None = None
    """Per cent of the requests that failed, and more."""
    failures: int | None = None
    """So many failures, and more."""
    new_errors: int | None = None
    """So many errors that the store had never seen before, and more."""
    budget: float | None = None
    """Per cent of the error budget that are left, and less."""
    worse: bool = False
    """More failed than chance and the past explain."""
    outage: bool = False
    """For ten minutes or more most requests failed, and not by the caller's own fault."""
    silence: bool = False
    """A source went silent, or the data ends early."""

    def __str__(self) -> str:
        said = [f"{one.name}={getattr(self, one.name):g}" for one in fields(self) if getattr(self, one.name)]
        return ", ".join(said).replace("=1,", ",") if said else "(none)"


def read_thresholds(value: Any, _folder: Path) -> Thresholds:
    """Return the thresholds of a table. Raises ValueError, which names the key."""
    if not isinstance(value, Mapping):
        raise ValueError(f"write a table, [thresholds], not {shown(value)}")
    known = [one.name for one in fields(Thresholds)]
    found: dict[str, Any] = {}
    for key, one in value.items():
        if key not in known:
            near = get_close_matches(key, known, n=1)
            hint = f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(known)}"
            raise ValueError(f"{key}: there is no such key; {hint}")
        try:
            found[key] = _value(key, one)
        except ValueError as error:
            raise ValueError(f"{key}: {error}") from error
    return Thresholds(**found)


def _value(key: str, value: Any) -> float | int | bool:
    if key in ("error_rate", "budget"):
        return number(value, 0, 100, "a number of per cent, such as 5")
    if key in ("failures", "new_errors"):
        return whole(value, 1, 10**12, "a whole number, 1 or more")
    if not isinstance(value, bool):
        raise ValueError(f"write true or false, not {shown(value)}")
    return value
