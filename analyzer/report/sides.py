"""Each key of a span by itself: its failures and requests, whole and slice by slice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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
    frame = measured.frame[["slice", "failed", "rated", "events", *OWN_REQUESTS]].copy()
    frame["slice"] = measured.frame["slice"].astype("int64")
    failed = frame[frame["failed"]].copy()
    failed["rated_events"] = failed["events"].where(failed["rated"], 0)
    errors = measured.frame.loc[failed.index, ["level", "entry_id", "code"]]
    failed["level"], failed["name"] = errors["level"], errors["entry_id"].fillna(errors["code"])
    rated = frame[frame["rated"]]
    asked = _by_slice(rated.assign(key=""), ["key"])
    counted = _by_slice(failed.assign(key=""), ["key"], _FAILURES)
    total = int(measured.overview["requests"])
    whole = asked.get(("",), {})
    found: dict[Key, Side] = {WHOLE: _side(counted.get(("",), {}), total, whole, bool(len(frame)))}
    for (level, name), slices in _by_slice(failed, ["level", "name"], _FAILURES).items():
        found["error", level, name] = _side(slices, total, whole, is_seen=True)
    for kind in OWN_REQUESTS:
        asked, counted = _by_slice(rated, [kind]), _by_slice(failed, [kind], _FAILURES)
        for name in frame[kind].unique():
            own = asked.get((name,), {})
            found[kind, None, name] = _side(
                counted.get((name,), {}), sum(count for count, *_ in own.values()), own, is_seen=True
            )
    return found


_FAILURES = ("events", "rated_events")
_Slices = dict[int, tuple[int, ...]]


def _by_slice(
    frame: pd.DataFrame, keys: list[str], measures: Sequence[str] = ("events",)
) -> dict[tuple[Any, ...], _Slices]:
    """Return for each key its slices -> the sums of `measures`."""
    counted = frame.groupby([*keys, "slice"])[list(measures)].sum()
    found: dict[tuple[Any, ...], _Slices] = {}
    for (*key, moment), sums in zip(counted.index, counted.to_numpy().tolist(), strict=True):
        found.setdefault(tuple(key), {})[moment] = tuple(sums)
    return found


def _side(failures: _Slices, requests: int, asked: _Slices, is_seen: bool) -> Side:
    return Side(
        failures=sum(count for count, _ in failures.values()),
        rated=sum(rated for _, rated in failures.values()),
        requests=requests,
        is_seen=is_seen,
        slices={moment: (count, rated) for moment, (count, rated) in failures.items()},
        asked={moment: count for moment, (count,) in asked.items()},
    )
