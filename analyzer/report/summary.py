"""The page's answer in words, for those who read it without scripts, and the page's warnings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.report.collect import Row
from analyzer.text import Texts

STALE_AFTER = timedelta(hours=24)
"""A page whose newest stored event is older than this says so."""
UNSURE = ("several", "uncatalogued")
"""Keys of errors_by_remedy that name no remedy."""
_SHOWN = 5


@dataclass(frozen=True)
class Summary:
    """The headline, the totals and the first remedies, in words; `notes` are the page's warnings."""

    lead: str
    first_remedy: str
    interval: str
    totals: list[Row]
    remedies: list[Row]
    notes: tuple[str, ...]


def summarise(payload: Mapping[str, Any], remedies: list[Row], texts: Texts) -> Summary:
    """Return the summary of a page's payload; `remedies` are the rows of errors_by_remedy."""
    overview, zone = payload["overview"], ZoneInfo(payload["zone"])
    said = [_remedy(row, overview["error_rate"], texts) for row in remedies if row["remedy_id"] not in UNSURE]
    span = payload["spans"][0]
    since, until = (_moment(span[name], zone, texts) for name in ("since", "until"))
    return Summary(
        lead=_lead(overview, texts),
        first_remedy=_first(said, bool(overview["failures"]), texts),
        interval=texts.say("page.interval_value", since=since, until=until),
        totals=_totals(overview, texts),
        remedies=said[:_SHOWN],
        notes=tuple(_warnings(payload, zone, texts)),
    )


def _lead(overview: Row, texts: Texts) -> str:
    if not overview["events"]:
        return texts["page.lead_nothing"]
    if not overview["failures"]:
        return texts.say("page.lead_no_failures", requests=texts.count("requests", overview["events"]))
    if overview["error_rate"] is None:
        return texts.say("page.lead_no_rate", failures=texts.count("failures", overview["failures"]))
    return texts.say(
        "page.lead",
        rate=texts.percent(overview["error_rate"]),
        requests=texts.count("requests", overview["requests"]),
    )


def _first(remedies: list[Row], failed: bool, texts: Texts) -> str:
    if not remedies:
        return texts["page.first_unsure"] if failed else ""
    first = remedies[0]
    return texts.say("page.first_remedy", action=first["action"], share=first["share"], owner=first["owner"])


def _remedy(row: Row, rate: float | None, texts: Texts) -> Row:
    removed = row["error_rate"]
    known = rate is not None and removed is not None
    after = max((rate or 0) - (removed or 0), 0.0)
    return {
        "action": texts.word("action", row["action"]),
        "owner": texts.word("owner", row["owner"]),
        "share": texts.percent(row["share"]),
        "failures": texts.count("failures", row["failures"]),
        "text": row["remedy"],
        "becomes": texts.say("first.becomes", before=texts.percent(rate), after=texts.percent(after))
        if known
        else "",
    }


def _totals(overview: Row, texts: Texts) -> list[Row]:
    rate = overview["error_rate"]
    codes = texts.count("codes", overview["codes"])
    entries = texts.count("entries", overview["entries"])
    return [
        {
            "label": texts["totals.error_rate"],
            "value": texts["totals.rate_not_known"] if rate is None else texts.percent(rate),
            "note": texts.count("requests", overview["requests"]),
        },
        {
            "label": texts["totals.failures"],
            "value": texts.number(overview["failures"]),
            "note": texts.say("totals.failures_note", codes=codes, entries=entries),
        },
    ]


def _warnings(payload: Mapping[str, Any], zone: ZoneInfo, texts: Texts) -> list[str]:
    stored, overview = payload["stored"], payload["overview"]
    first, last = (_moment(stored[name], zone, texts) for name in ("first_ts", "last_ts"))
    said = []
    if not overview["events"]:
        empty = stored["first_ts"] is None
        said.append(
            texts["page.empty_store"] if empty else texts.say("page.empty_range", first=first, last=last)
        )
    if payload["lacks_status"]:
        said.append(texts["page.no_status"])
    age = timedelta(milliseconds=payload["written"] - stored["last_ts"]) if stored["last_ts"] else None
    if age is not None and age > STALE_AFTER:
        stale = "page.stale_followed" if payload.get("followed") else "page.stale"
        said.append(texts.say(stale, age=texts.ago(age), moment=last))
    if age is not None and -age > STALE_AFTER:
        said.append(texts.say("page.ahead", moment=last))
    return said


def _moment(milliseconds: int | None, zone: ZoneInfo, texts: Texts) -> str:
    if milliseconds is None:
        return texts["number.nothing"]
    return texts.moment(datetime.fromtimestamp(milliseconds / 1000, UTC).astimezone(zone))
