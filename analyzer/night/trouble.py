"""What went wrong in a period as a whole: outages, and logs that fell silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analyzer.night.period import Period

SLICE = timedelta(minutes=5)
_SHORTEST = 2
"""An outage has so many slices of five minutes."""
_BRIDGED = 1
"""So many slices in between that look well do not end it."""
_SHARE = 0.5
"""In an outage at least this part of the requests fails..."""
_REQUESTS = 10
"""... of so many in a slice."""
_TIMES = 3.0
"""... and so many times as much as in the middle slice: where half fails every day, that is no outage."""

_SHORTEST_SILENCE = timedelta(minutes=15)
_STREAM_SILENCE = timedelta(hours=1)
_GAPS = 10
"""Silence at the end is remarkable from so many times the mean distance of two events on."""
_LEAST_EVENTS = 20
"""A log with fewer events the day before is allowed to be silent."""


@dataclass(frozen=True)
class Outage:
    """A stretch of time in which most requests failed."""

    since: datetime
    until: datetime
    requests: int
    failures: int
    """Of these requests."""


def outages(slices: Sequence[Mapping[str, Any]], zone: Any) -> list[Outage]:
    """Return the outages among slices of five minutes, as the query traffic gives them, the worst first."""
    rated = [row for row in slices if row["requests"]]
    if not rated:
        return []
    middle = sorted(row["error_rate"] for row in rated)[len(rated) // 2]
    limit = max(_SHARE, _TIMES * middle)
    bad = [row for row in rated if row["requests"] >= _REQUESTS and row["error_rate"] >= limit]
    groups: list[list[Mapping[str, Any]]] = []
    for row in bad:
        if groups and row["slice"] - groups[-1][-1]["slice"] <= (1 + _BRIDGED) * SLICE:
            groups[-1].append(row)
        else:
            groups.append([row])
    found = [_outage(group, rated, zone) for group in groups if len(group) >= _SHORTEST]
    return sorted(found, key=lambda outage: -outage.failures)


def _outage(group: list[Mapping[str, Any]], rated: Sequence[Mapping[str, Any]], zone: Any) -> Outage:
    since, until = group[0]["slice"], group[-1]["slice"] + SLICE
    inside = [row for row in rated if since <= row["slice"] < until]
    failures = sum(row["failures"] - row["failures_without_rate"] for row in inside)
    requests = sum(row["requests"] for row in inside)
    return Outage(since.astimezone(zone), until.astimezone(zone), requests, failures)


def ends_early(period: Period, totals: Mapping[str, Any], last: datetime | None) -> bool:
    """Say whether the data stops so long before the period's end that requests are likely to be missing.

    `totals` are the period's, `last` the store's last event. The period's own pace says what is long: ten
    times the mean distance of its events, and a quarter of an hour at least.
    """
    if not totals["events"] or last is None or totals["first_ts"] is None:
        return False
    silence = timedelta(seconds=period.until.timestamp() - last.timestamp())
    return silence > max(_SHORTEST_SILENCE, _GAPS * _mean_gap(totals))


def silent(
    period: Period, streams: Sequence[Mapping[str, Any]], before: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return the logs that had something to say before and fell silent: `stream`, `last` (None: all along).

    `streams` and `before` are answers of the query streams for the period and the one before it.
    """
    now = {row["stream"]: row for row in streams}
    found: list[dict[str, Any]] = []
    for row in before:
        if row["events"] < _LEAST_EVENTS:
            continue
        here = now.get(row["stream"])
        if here is None:
            found.append({"stream": row["stream"], "last": None})
            continue
        silence = timedelta(seconds=period.until.timestamp() - here["last_ts"].timestamp())
        if silence > max(_STREAM_SILENCE, _GAPS * max(_mean_gap(here), _mean_gap(row))):
            last = here["last_ts"].astimezone(period.zone)
            found.append({"stream": row["stream"], "last": last.isoformat()})
    return found


def _mean_gap(row: Mapping[str, Any]) -> timedelta:
    span = row["last_ts"].timestamp() - row["first_ts"].timestamp()
    return timedelta(seconds=span / max(row["events"] - 1, 1))
