"""What the templates show: the answers in words and numbers of the page's language, ready to be escaped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from analyzer.report.collect import Answers, Row, Scope
from analyzer.report.drawn import DrawnPanel
from analyzer.report.entries import entry_views
from analyzer.report.health import health_view, stored_span
from analyzer.report.panel import SECTIONS
from analyzer.report.remedies import remedy_views, unsure_views
from analyzer.report.totals import totals
from analyzer.report.visible import CODE_LENGTH, shortened
from analyzer.text import Texts

STALE_AFTER = timedelta(hours=24)
"""A page whose newest stored event is older than this says so."""


@dataclass(frozen=True)
class View:
    """Everything the page's templates read, in words."""

    lead: str
    first_remedy: str
    interval: str
    time_zone: str
    data_until: str
    written: str
    stale: bool
    has_failures: bool
    notices: list[Row]
    totals: list[Row]
    remedies: list[Row]
    unsure: list[Row]
    more_remedies: str
    sections: list[Row]
    entries: list[Row]
    uncatalogued: list[Row]
    health: Row
    contents: list[str] = field(default_factory=list)


def build_view(
    answers: Answers, drawn: Sequence[DrawnPanel], scope: Scope, now: datetime, texts: Texts
) -> View:
    """Return what the page shows of `answers`; `now` (aware) decides whether the data is long past."""
    overview = answers.overview
    first, last = stored_span(answers.health)
    age = now - last if last else None
    stale = age is not None and age > STALE_AFTER
    remedies = remedy_views(answers, texts)
    sections = [
        {"id": name, "panels": [panel for panel in drawn if panel.section == name]} for name in SECTIONS
    ]
    view = View(
        lead=_lead(overview, texts),
        first_remedy=_first_remedy(remedies, bool(overview["failures"]), texts),
        interval=_interval(overview, scope, texts),
        time_zone=scope.time_zone,
        data_until=texts.moment(last) if last else texts["page.no_data"],
        written=texts.moment(now),
        stale=stale,
        has_failures=bool(overview["failures"]),
        notices=_notices(overview, first, last, age if stale else None, texts),
        totals=totals(overview, answers, texts),
        remedies=remedies,
        unsure=unsure_views(answers, texts),
        more_remedies=texts.count("more_remedies", max(len(remedies) - 5, 0)),
        sections=[section for section in sections if section["panels"]],
        entries=entry_views(answers, texts),
        uncatalogued=[_uncatalogued(row, texts) for row in answers.uncatalogued],
        health=health_view(answers, texts),
    )
    view.contents.extend(_contents(view))
    return view


def _lead(overview: Row, texts: Texts) -> str:
    requests, failures = overview["requests"], overview["failures"]
    if not overview["events"]:
        return texts["page.lead_nothing"]
    if not failures:
        return texts.say("page.lead_no_failures", requests=texts.count("requests", overview["events"]))
    if overview["error_rate"] is None:
        return texts.say("page.lead_no_rate", failures=texts.count("failures", failures))
    return texts.say(
        "page.lead", rate=texts.percent(overview["error_rate"]), requests=texts.count("requests", requests)
    )


def _first_remedy(remedies: list[Row], failed: bool, texts: Texts) -> str:
    if not remedies:
        return texts["page.first_unsure"] if failed else ""
    first = remedies[0]
    return texts.say(
        "page.first_remedy", action=first["action"], share=first["share"], owner=first["owner_word"]
    )


def _interval(overview: Row, scope: Scope, texts: Texts) -> str:
    since, until = scope.since or overview["first_ts"], scope.until or overview["last_ts"]
    if since is None and until is None:
        return texts["page.no_data"]
    return texts.say("page.interval_value", since=texts.moment(since), until=texts.moment(until))


def _notices(
    overview: Row, first: datetime | None, last: datetime | None, age: timedelta | None, texts: Texts
) -> list[Row]:
    said: list[tuple[str, str]] = []
    if not overview["events"] and first is None:
        said.append(("warning", texts["page.empty_store"]))
    elif not overview["events"]:
        said.append(
            ("warning", texts.say("page.empty_range", first=texts.moment(first), last=texts.moment(last)))
        )
    elif not overview["failures"]:
        said.append(("good", texts["page.no_failures"]))
    if age is not None:
        said.append(("warning", texts.say("page.stale", age=texts.ago(age), moment=texts.moment(last))))
    if overview["failures"] and overview["error_rate"] is None:
        said.append(("note", texts["page.no_rate"]))
    elif overview["failures_without_rate"]:
        failures = texts.count("failures", overview["failures_without_rate"])
        said.append(("note", texts.say("page.part_rate", failures=failures)))
    for key, column in (("untimed", "failures_without_time"), ("client_gone", "client_gone")):
        if overview[column]:
            said.append(
                ("note", texts.say(f"page.{key}", failures=texts.count("failures", overview[column])))
            )
    return [{"kind": kind, "text": text} for kind, text in said]


def _uncatalogued(row: Row, texts: Texts) -> Row:
    return {
        "code": texts["table.no_code"] if row["code"] == "(none)" else shortened(row["code"], CODE_LENGTH),
        "status": texts.number(row["status"]),
        "message": row["message"] or texts["number.nothing"],
        "failures": texts.number(row["failures"]),
        "share": texts.percent(row["share"]),
        "last_seen": texts.moment(row["last_seen"]),
        "place": texts.say("table.place", source=row["source"], n=row["line_no"]),
    }


def _contents(view: View) -> list[str]:
    inner = (
        [*(section["id"] for section in view.sections), "entries", "uncatalogued"]
        if view.has_failures
        else []
    )
    first: list[Any] = ["first"] if view.has_failures else []
    return [*first, *inner, "health"]
