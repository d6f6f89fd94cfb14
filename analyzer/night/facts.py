"""What the store knows of one day, asked by named queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from analyzer.night.day import Day
from analyzer.night.stored import Stored, rows

_SHORTEST_SILENCE = timedelta(minutes=15)
_GAPS = 10
"""Silence at the day's end is remarkable from so many times the mean distance of two events on."""


@dataclass(frozen=True)
class Facts:
    """One day's numbers, as the named queries return them."""

    day: Day
    overview: Mapping[str, Any]
    owners: Sequence[Mapping[str, Any]]
    remedies: Sequence[Mapping[str, Any]]
    errors: Sequence[Mapping[str, Any]]
    """One row an entry, a code whose row is not sure, or an error outside the catalogue."""

    @property
    def is_empty(self) -> bool:
        """Say whether nothing is stored of the day."""
        return not self.overview["events"]


def facts_of(stored: Stored, day: Day, language: str) -> Facts:
    """Ask the store for the numbers of `day`, with the remedies in `language`."""
    interval = {"since": day.since.isoformat(), "until": day.until.isoformat()}
    return Facts(
        day,
        rows(stored, "overview", **interval)[0],
        rows(stored, "errors_by_owner", **interval),
        rows(stored, "errors_by_remedy", **interval, language=language),
        rows(stored, "entries_seen", **interval, language=language),
    )


def data_until(stored: Stored, facts: Facts) -> datetime | None:
    """Return the last stored event's time, in the day's zone; None for a store without one."""
    later = rows(stored, "overview", since=facts.day.until.isoformat())[0]
    last = later["last_ts"] or facts.overview["last_ts"]
    if last is None:
        last = rows(stored, "overview", until=facts.day.since.isoformat())[0]["last_ts"]
    return None if last is None else last.astimezone(facts.day.zone)


def ends_early(facts: Facts, last: datetime | None) -> bool:
    """Say whether the data stops so long before the day's end that requests are likely to be missing.

    `last` is the store's last event. The day's own pace says what is long: ten times the mean distance
    of its events, and a quarter of an hour at least.
    """
    if facts.is_empty or last is None or facts.overview["first_ts"] is None:
        return False
    span = facts.overview["last_ts"].timestamp() - facts.overview["first_ts"].timestamp()
    mean_gap = timedelta(seconds=span / max(facts.overview["events"] - 1, 1))
    silence = timedelta(seconds=facts.day.until.timestamp() - last.timestamp())
    return silence > max(_SHORTEST_SILENCE, _GAPS * mean_gap)
