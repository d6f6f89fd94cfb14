"""A period beside the one before it and the usual, as one object: for machines, and for the pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from analyzer import __version__
from analyzer.config.thresholds import Thresholds
from analyzer.night.bars import bars_of
from analyzer.night.change import Change, Changes, changes, is_known_code
from analyzer.night.facts import BUDGET_DAYS, Facts, Known, slot_of
from analyzer.night.period import NIGHTLY, Period
from analyzer.night.trouble import ends_early, outages, silent
from analyzer.night.usual import usual_of
from analyzer.night.verdict import crossed_by, verdict_of

REMEDIES = 3
_LONGEST_LIST = 50
_TOTALS = ("requests", "failures", "error_rate", "failures_without_rate", "uncatalogued")

Plain = dict[str, Any]


def summary(known: Known, now: datetime, thresholds: Thresholds, unread: int = 0) -> Plain:
    """Return the summary of a period: plain values, times as ISO 8601 with offset, rates as parts of 1.

    `unread` is how many files could not be read. `warnings` holds any of `no_data`, `no_data_before`,
    `not_over`, `ends_early`, `unread` and `no_status`.
    """
    period, facts, before = known.now.period, known.now, known.before
    found = _changes(facts, before)
    made: Plain = {
        **_about(period),
        "data_until": known.last.isoformat() if known.last else None,
        "warnings": _warnings(known, now, unread),
        "unread_files": unread,
        **_totals(facts),
        "before": {"period": before.period.name, **_totals(before)},
        "usual": usual_of(known.alike),
        "owners": _owners(facts, before),
        "outages": [_outage(outage) for outage in outages(known.slices, period.zone)],
        "silent": [] if facts.is_empty else silent(period, facts.streams, before.streams),
        "remedies": _remedies(known),
        "new": [_new(change, known) for change in found.new[:_LONGEST_LIST]],
        "gone": _listed(found.gone),
        "grown": _listed(found.grown),
        "fallen": _listed(found.fallen),
        "budget": _budget(known.budget),
        "bars": bars_of(known.slices, period, slot_of(period)),
    }
    made["verdict"] = verdict_of(made)
    made["crossed"] = [str(one) for one in crossed_by(made, thresholds)]
    return made


def _about(period: Period) -> Plain:
    return {
        "version": __version__,
        "kind": period.kind,
        "period": period.name,
        # Whoever looks for the days of a folder of summaries knows them by this key.
        **({"day": period.name} if period.kind == NIGHTLY else {}),
        "time_zone": period.zone.key,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
    }


def _changes(facts: Facts, before: Facts) -> Changes:
    # Beside a period of which nothing is stored, everything would be new or gone.
    if facts.is_empty or before.is_empty:
        return Changes((), (), (), ())
    return changes(facts.errors, before.errors, _growth(facts, before))


def _totals(facts: Facts) -> Plain:
    return {name: facts.totals[name] for name in _TOTALS}


def _growth(facts: Facts, before: Facts) -> float:
    requests, requests_before = facts.totals["requests"], before.totals["requests"]
    return float(requests / requests_before) if requests and requests_before else 1.0


def _warnings(known: Known, now: datetime, unread: int) -> list[str]:
    facts = known.now
    said = {
        "no_data": facts.is_empty,
        "no_data_before": known.before.is_empty,
        "not_over": not facts.period.is_over(now),
        "ends_early": ends_early(facts.period, facts.totals, known.last),
        "unread": unread > 0,
        "no_status": known.lacks_status,
    }
    return [name for name, holds in said.items() if holds]


def _owners(facts: Facts, before: Facts) -> list[Plain]:
    earlier = {row["owner"]: row for row in before.owners}
    named = [
        {name: row[name] for name in ("owner", "failures", "share", "error_rate")} for row in facts.owners
    ]
    missing = [name for name in earlier if name not in {row["owner"] for row in facts.owners}]
    none = 0.0 if facts.totals["requests"] else None
    named += [{"owner": name, "failures": 0, "share": 0.0, "error_rate": none} for name in missing]
    none_before = 0.0 if before.totals["requests"] else None
    return [
        {
            **row,
            "failures_before": earlier[row["owner"]]["failures"] if row["owner"] in earlier else 0,
            "error_rate_before": earlier[row["owner"]]["error_rate"]
            if row["owner"] in earlier
            else none_before,
        }
        for row in named
    ]


def _outage(outage: Any) -> Plain:
    return {
        "since": outage.since.isoformat(),
        "until": outage.until.isoformat(),
        "requests": outage.requests,
        "failures": outage.failures,
        "error": None,
    }


def _remedies(known: Known) -> list[Plain]:
    """Return the first remedies, with their words in every language that was asked for."""
    languages = list(known.remedies)
    words = {
        language: {row["remedy_id"]: row["remedy"] for row in rows}
        for language, rows in known.remedies.items()
    }
    # Rows without words stand for failures without one remedy.
    rows = [row for row in known.remedies[languages[0]] if row["remedy"] is not None][:REMEDIES]
    rate = known.now.totals["error_rate"]
    names = ("remedy_id", "remedy", "action", "owner", "failures", "share", "entry_ids")
    return [
        {
            **{name: row[name] for name in names},
            "words": {language: words[language].get(row["remedy_id"]) for language in languages},
            "error_rate_after": None if rate is None else max(rate - (row["error_rate"] or 0), 0),
        }
        for row in rows
    ]


def _new(change: Change, known: Known) -> Plain:
    seen = {(row["level"], row["entry_id"], row["code"]): row["last_seen"] for row in known.known}
    key = (change.error["level"], change.error["entry_id"], change.error["code"])
    # Of a known code in a wording that is not, the last time is that of the code.
    same = [
        row["last_seen"] for row in known.known if row["code"] == change.error["code"] and row["last_seen"]
    ]
    last = seen.get(key) or (max(same, default=None) if change.error["level"] == "code" else None)
    last_before = last.astimezone(known.now.period.zone).isoformat() if last else None
    never_seen = key not in seen and not is_known_code(change.error, known.known)
    return {**_error(change), "never_seen": never_seen, "seen_before": last_before}


def _budget(counted: Mapping[str, Any] | None) -> Plain | None:
    """Return the error budget: what may fail in so many days, what did, and which part of it is left.

    Errors of the caller's own side count neither as requests nor as failures.
    """
    if counted is None:
        return None
    own = counted["own_failures"]
    return {
        "target": counted["target"],
        "days": BUDGET_DAYS,
        "requests": counted["requests"] - own,
        "failures": counted["failures"] - own,
        "allowed": counted["budget_without_own"],
        "left": counted["budget_left_without_own"],
    }


def _listed(found: Sequence[Change]) -> list[Plain]:
    return [_error(change) for change in found[:_LONGEST_LIST]]


def _error(change: Change) -> Plain:
    row = change.error
    kept = {
        name: row[name] for name in ("level", "entry_id", "code", "message", "category", "owner", "remedy")
    }
    moments = {name: row[name].isoformat() if row[name] else None for name in ("first_seen", "last_seen")}
    return {**kept, "failures": change.failures, "failures_before": change.failures_before, **moments}
