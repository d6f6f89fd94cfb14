"""A day beside the day before, as one object for machines; the page for people is made of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analyzer import __version__
from analyzer.night.change import Change, Changes, changes
from analyzer.night.facts import Facts, ends_early

REMEDIES = 3
_LONGEST_LIST = 50
_TOTALS = ("requests", "failures", "error_rate", "failures_without_rate", "uncatalogued")


def summary(facts: Facts, before: Facts, last: datetime | None, now: datetime) -> dict[str, Any]:
    """Return the summary of a day: plain values, times as ISO 8601 with offset, rates as parts of 1.

    `last` is the time of the store's last event, `now` the present. `warnings` holds any of `no_data`,
    `no_data_before`, `not_over` and `ends_early`.
    """
    day = facts.day
    found = _changes(facts, before)
    return {
        "version": __version__,
        "day": day.name,
        "time_zone": day.zone.key,
        "since": day.since.isoformat(),
        "until": day.until.isoformat(),
        "data_until": last.isoformat() if last else None,
        "warnings": _warnings(facts, before, last, now),
        **_totals(facts),
        "before": {"day": before.day.name, **_totals(before)},
        "owners": _owners(facts, before),
        "remedies": [_remedy(row, facts) for row in _known(facts.remedies)[:REMEDIES]],
        "new": _listed(found.new),
        "gone": _listed(found.gone),
        "grown": _listed(found.grown),
        "fallen": _listed(found.fallen),
    }


def _changes(facts: Facts, before: Facts) -> Changes:
    # Beside a day of which nothing is stored, everything would be new or gone.
    if facts.is_empty or before.is_empty:
        return Changes((), (), (), ())
    return changes(facts.errors, before.errors, _growth(facts, before))


def _totals(facts: Facts) -> dict[str, Any]:
    return {name: facts.overview[name] for name in _TOTALS}


def _growth(facts: Facts, before: Facts) -> float:
    requests, requests_before = facts.overview["requests"], before.overview["requests"]
    return float(requests / requests_before) if requests and requests_before else 1.0


def _warnings(facts: Facts, before: Facts, last: datetime | None, now: datetime) -> list[str]:
    said = {
        "no_data": facts.is_empty,
        "no_data_before": before.is_empty,
        "not_over": not facts.day.is_over(now),
        "ends_early": ends_early(facts, last),
    }
    return [name for name, holds in said.items() if holds]


def _owners(facts: Facts, before: Facts) -> list[dict[str, Any]]:
    earlier = {row["owner"]: row["failures"] for row in before.owners}
    named = [
        {"owner": row["owner"], "failures": row["failures"], "share": row["share"]} for row in facts.owners
    ]
    missing = [name for name in earlier if name not in {row["owner"] for row in facts.owners}]
    named += [{"owner": name, "failures": 0, "share": 0.0} for name in missing]
    return [{**row, "failures_before": earlier.get(row["owner"], 0)} for row in named]


def _known(remedies: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Leave out the rows that stand for failures without one remedy."""
    return [row for row in remedies if row["remedy"] is not None]


def _remedy(row: Mapping[str, Any], facts: Facts) -> dict[str, Any]:
    rate = facts.overview["error_rate"]
    kept = {
        name: row[name]
        for name in ("remedy_id", "remedy", "action", "owner", "failures", "share", "entry_ids")
    }
    return {**kept, "error_rate_after": None if rate is None else max(rate - (row["error_rate"] or 0), 0)}


def _listed(found: Sequence[Change]) -> list[dict[str, Any]]:
    return [_error(change) for change in found[:_LONGEST_LIST]]


def _error(change: Change) -> dict[str, Any]:
    row = change.error
    kept = {
        name: row[name] for name in ("level", "entry_id", "code", "message", "category", "owner", "remedy")
    }
    moments = {name: row[name].isoformat() if row[name] else None for name in ("first_seen", "last_seen")}
    return {**kept, "failures": change.failures, "failures_before": change.failures_before, **moments}
