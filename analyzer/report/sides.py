"""Each key of a span by itself: its failures and requests, whole and slice by slice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pandas as pd

from analyzer.report.measured import OWN_REQUESTS, Measured
from analyzer.report.scope import Span

KINDS = ("all", "error", *OWN_REQUESTS)
"""What is compared; all of them are one family of comparisons."""
Key = tuple[str, str | None, str]
"""Kind; of errors the level (entry, code, none), else None; name (of the whole: "")."""
WHOLE: Key = ("all", None, "")
_SECONDS = {"5minutes": 300, "15minutes": 900, "hour": 3600, "day": 86400}


@dataclass(frozen=True)
class Side:
    """A key in one span."""

    failures: int
    rated: int
    """Failures of logs that hold successes too."""
    requests: int
    """Its own requests; of an error and of the whole, all requests of the span."""
    is_seen: bool
    slices: Mapping[Any, tuple[int, int]] = field(default_factory=dict)
    """Slice -> failures and rated failures, where there are any."""
    asked: Mapping[Any, int] = field(default_factory=dict)
    """Slice -> requests."""

    @property
    def error_rate(self) -> float | None:
        """Failures of logs that hold successes too, per request; None without requests."""
        return self.rated / self.requests if self.requests else None


NOTHING = Side(0, 0, 0, is_seen=False)


def slice_count(span: Span, step: str) -> int:
    """Return how many slices of `step` a span has."""
    return max(round(span.length / timedelta(seconds=_SECONDS[step])), 1)


def sides(measured: Measured) -> dict[Key, Side]:
    """Return every key that is seen in a span. An error that is missing has, as all errors, all requests."""
    frame = measured.frame
    failed = frame[frame["failed"]].copy()
    failed["rated_events"] = failed["events"].where(failed["rated"].astype(bool), 0)
    failed["error"] = failed["entry_id"].where(failed["entry_id"].notna(), failed["code"])
    asked = frame[frame["rated"].astype(bool)].groupby("slice")["events"].sum().to_dict()
    total = int(measured.overview["requests"])
    found: dict[Key, Side] = {WHOLE: _side(failed, total, asked, bool(len(frame)))}
    for (level, name), part in failed.groupby(["level", "error"], dropna=False):
        found[("error", level, name)] = _side(part, total, asked, is_seen=True)
    for kind in OWN_REQUESTS:
        found |= {(kind, None, name): side for name, side in _own(frame, failed, kind).items()}
    return found


def _own(frame: pd.DataFrame, failed: pd.DataFrame, kind: str) -> dict[str, Side]:
    parts = dict(list(failed.groupby(kind)))
    nothing = failed.iloc[:0]
    found = {}
    for name, events in frame.groupby(kind):
        rated = events[events["rated"].astype(bool)]
        asked = rated.groupby("slice")["events"].sum().to_dict()
        found[str(name)] = _side(parts.get(name, nothing), int(rated["events"].sum()), asked, is_seen=True)
    return found


def _side(failed: pd.DataFrame, requests: int, asked: Mapping[Any, int], is_seen: bool) -> Side:
    slices = failed.groupby("slice")[["events", "rated_events"]].sum()
    return Side(
        failures=int(failed["events"].sum()),
        rated=int(failed["rated_events"].sum()),
        requests=requests,
        is_seen=is_seen,
        slices={
            moment: (int(counted[0]), int(counted[1]))
            for moment, counted in zip(slices.index, slices.to_numpy(), strict=True)
        },
        asked=asked,
    )
