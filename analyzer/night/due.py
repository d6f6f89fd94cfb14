"""Which periods are due: the last one, and those that were missed while the machine was off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from analyzer.night.period import Period, last_over, period_named
from analyzer.store.nights import DONE, MISSED, NightRecord

_LONGEST_GAP = 400
"""So many missed periods are named at most; a machine that was off for longer has other worries."""


@dataclass(frozen=True)
class Due:
    """What is to be done, and what is too long ago for it."""

    periods: tuple[Period, ...]
    """In their order, the oldest first."""
    missed: tuple[Period, ...]
    """Periods that nothing is recorded of and that lie longer ago than is caught up with."""
    by_hand: frozenset[Period] = frozenset()
    """Of `periods`, those that are only gone on with because somebody asked for them by their name."""


def due(kind: str, zone: ZoneInfo, now: datetime, recorded: Mapping[str, NightRecord], catch_up: int) -> Due:
    """Return what is due of a kind at `now`; `recorded` is what the store remembers, by name.

    The last `catch_up` periods that are over are due unless they are done, but none from before the
    first that was ever recorded: where nothing is recorded, only the last one is. Those that somebody
    asked for by their name do not count as the first; such a one is gone on with where it was not done.
    """
    window = [last_over(kind, zone, now)]
    begun = _begun_by_hand(window[0], recorded, catch_up)
    known = [
        period
        for name, record in recorded.items()
        if not record.by_hand and (period := period_named(kind, name, zone.key))
    ]
    if not known:
        return Due((*begun, *window), (), frozenset(begun))
    first = min(known, key=lambda period: period.first)
    while len(window) < catch_up and window[-1].first > first.first:
        window.append(window[-1].before())
    outcomes = {name: record.outcome for name, record in recorded.items()}
    periods = [period for period in reversed(window) if outcomes.get(period.name) not in (DONE, MISSED)]
    early = [period for period in begun if period.first < window[-1].first]
    missed = tuple(_missed(window[-1], first, recorded))
    return Due((*early, *periods), missed, frozenset(early))


def _begun_by_hand(last: Period, recorded: Mapping[str, NightRecord], catch_up: int) -> list[Period]:
    """Return the periods before `last` that were asked for by name and not done, of the last `catch_up`."""
    found: list[Period] = []
    period = last
    for _ in range(1, catch_up):
        period = period.before()
        record = recorded.get(period.name)
        if record is not None and record.by_hand and record.outcome not in (DONE, MISSED):
            found.append(period)
    return found[::-1]


def _missed(oldest: Period, first: Period, recorded: Mapping[str, NightRecord]) -> list[Period]:
    """Return the unrecorded periods between the first one recorded and the oldest that is caught up with."""
    found: list[Period] = []
    period = oldest
    while period.first > first.first and len(found) < _LONGEST_GAP:
        period = period.before()
        # The latest one that is recorded ends the gap: what lies before it was looked at then.
        if period.name in recorded:
            break
        found.append(period)
    return found[::-1]
