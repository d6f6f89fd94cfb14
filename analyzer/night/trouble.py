"""What went wrong in a period as a whole: outages, and logs that fell silent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
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
    """A stretch of time in which most requests failed, the caller's own errors apart."""

    since: datetime
    until: datetime
    requests: int
    """Those that did not fail by the caller's own fault."""
    failures: int
    """Of these requests."""


def outages(slices: Sequence[Mapping[str, Any]], zone: tzinfo) -> list[Outage]:
    """Return the outages among slices of five minutes, as the query traffic gives them, the worst first."""
    rated = [_Slice.of(row) for row in slices if row["requests"] > row["own_failures"]]
    if not rated:
        return []
    middle = sorted(one.rate for one in rated)[len(rated) // 2]
    limit = max(_SHARE, _TIMES * middle)
    bad = [one for one in rated if one.requests >= _REQUESTS and one.rate >= limit]
    groups: list[list[_Slice]] = []
    for one in bad:
        if groups and one.start - groups[-1][-1].start <= (1 + _BRIDGED) * SLICE:
            groups[-1].append(one)
        else:
            groups.append([one])
    found = [_outage(group, rated, zone) for group in groups if len(group) >= _SHORTEST]
    return sorted(found, key=lambda outage: -outage.failures)


def _outage(group: list[_Slice], rated: Sequence[_Slice], zone: tzinfo) -> Outage:
    since, until = group[0].start, group[-1].start + SLICE
    inside = [one for one in rated if since <= one.start < until]
    return Outage(
        since.astimezone(zone),
        until.astimezone(zone),
        sum(one.requests for one in inside),
        sum(one.failures for one in inside),
    )


@dataclass(frozen=True)
class _Slice:
    """Five minutes without the errors of the caller's own, which are no outage of anybody's."""

    start: datetime
    requests: int
    failures: int

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> _Slice:
        own = row["own_failures"]
        return cls(row["slice"], row["requests"] - own, row["failures"] - row["failures_without_rate"] - own)

    @property
    def rate(self) -> float:
        return self.failures / self.requests


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
        # A log that ended as early the day before does so every day, for all that is known.
        usual = timedelta(seconds=period.since.timestamp() - row["last_ts"].timestamp()) + _STREAM_SILENCE
        if silence > max(usual, _GAPS * max(_mean_gap(here), _mean_gap(row))):
            last = here["last_ts"].astimezone(period.zone)
            found.append({"stream": row["stream"], "last": last.isoformat()})
    return found


def _mean_gap(row: Mapping[str, Any]) -> timedelta:
    span = row["last_ts"].timestamp() - row["first_ts"].timestamp()
    return timedelta(seconds=span / max(row["events"] - 1, 1))
