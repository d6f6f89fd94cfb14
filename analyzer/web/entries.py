"""`/entries/{entry_id}`: what the catalogue says of an entry, how often it occurred, when, and to whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from analyzer.query.ranges import TimeRange
from analyzer.text import Texts, texts
from analyzer.web.ask import aged, language_of, rows_of, shown_with, single_values, site_of
from analyzer.web.limits import GROUPS, SAMPLES
from analyzer.web.problem import problem
from analyzer.web.render import render, seen

if TYPE_CHECKING:
    import duckdb
    from starlette.requests import Request

_STEPS = (60, 300, 900, 3600, 6 * 3600, 86_400)
_MOST_BARS = 96
_MICROSECONDS = 1_000_000
_PARTS = ("model", "api_key", "endpoint", "client")


async def entry_page(request: Request) -> Response:
    """Answer with the page of one catalogue entry, in the range of `since` and `until`."""
    site, language = site_of(request), language_of(request)
    asked = single_values(request, {"since", "until", "lang"})
    wanted = site.subject.range(asked.get("since"), asked.get("until"))
    name = request.path_params["entry_id"]
    key = f"entry:{name}:{asked.get('since')}:{asked.get('until')}"
    answer = await site.answers.get(key, lambda connection: _facts(connection, name, wanted))
    if answer.value is None:
        return problem(request.scope, 404, "no catalogue of this store has an entry of this name")
    words = texts(language)
    bars = answer.value["bars"]
    page = render(
        "entry.html",
        language,
        facts=answer.value,
        range_words=range_words(wanted, words),
        step_words=words.ago(timedelta(seconds=bars["step"])) if bars else "",
        **shown_with(request, answer),
    )
    return aged(HTMLResponse(page), answer)


def range_words(wanted: TimeRange, words: Texts) -> str:
    """Return a range in words, such as `since 20 Nov 2026 08:00`."""
    since, until = words.moment(wanted.since), words.moment(wanted.until)
    if wanted.since and wanted.until:
        return words.say("web.range_between", since=since, until=until)
    if wanted.since:
        return words.say("web.range_since", since=since)
    return words.say("web.range_until", until=until) if wanted.until else words["web.whole_store"]


def _facts(connection: duckdb.DuckDBPyConnection, name: str, wanted: TimeRange) -> dict[str, Any] | None:
    """Ask everything about the entry `name`; None where no catalogue has it."""
    values = {"entry": name, "since": wanted.since, "until": wanted.until}
    found = rows_of(connection, "entry.sql", values)
    if not found:
        return None
    entry = found[0]
    groups = rows_of(connection, "entry_groups.sql", {**values, "limit": GROUPS})
    samples = rows_of(connection, "entry_samples.sql", {**values, "limit": SAMPLES})
    return {
        "entry": seen(entry),
        "groups": {part: [seen(row) for row in groups if row["part"] == part] for part in _PARTS},
        "samples": seen(samples),
        "bars": _bars(connection, entry, values),
    }


def _bars(
    connection: duckdb.DuckDBPyConnection, entry: Mapping[str, Any], values: Mapping[str, Any]
) -> dict[str, Any] | None:
    """Return the failures over time as bars of equal slices, empty ones left out; None without a time."""
    first, last = entry["first_seen"], entry["last_seen"]
    if first is None:
        return None
    step = step_of(last - first)
    rows = rows_of(connection, "entry_times.sql", {**values, "step": step * _MICROSECONDS})
    begin = rows[0]["slice"]
    top = max(row["failures"] for row in rows)
    count = _place(rows[-1]["slice"], begin, step) + 1
    bars = [
        {**row, "x": _place(row["slice"], begin, step), "height": max(100 * row["failures"] / top, 1.5)}
        for row in rows
    ]
    return {"bars": bars, "count": count, "top": top, "step": step}


def step_of(span: timedelta) -> int:
    """Return the seconds of a slice: the shortest of which a span has not too many."""
    seconds = span.total_seconds()
    return next((step for step in _STEPS if seconds / step <= _MOST_BARS), _STEPS[-1])


def _place(moment: datetime, begin: datetime, step: int) -> int:
    return round((moment - begin).total_seconds() / step)
