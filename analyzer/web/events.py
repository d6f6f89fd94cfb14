"""`/events/{source_id}/{line_no}`: one event, whole and masked, and those that belong to it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response

from analyzer.event import COLUMNS
from analyzer.web.ask import aged, language_of, rows_of, shown_with, single_values, site_of
from analyzer.web.limits import NEIGHBOURS
from analyzer.web.problem import problem
from analyzer.web.render import render, seen

if TYPE_CHECKING:
    import duckdb
    from starlette.requests import Request

_LARGEST_SOURCE = 2**31 - 1
_LARGEST_LINE = 2**63 - 1
_EMPTY: tuple[object, ...] = (None, "", [])
_SHARED = ("operation", "task", "request")


async def event_page(request: Request) -> Response:
    """Answer with the page of the event that a line of a source holds."""
    site, language = site_of(request), language_of(request)
    single_values(request, {"lang"})
    source, line = request.path_params["source_id"], request.path_params["line_no"]
    facts = None
    if source <= _LARGEST_SOURCE and line <= _LARGEST_LINE:
        answer = await site.answers.get(
            f"event:{source}:{line}", lambda connection: _facts(connection, source, line)
        )
        facts = answer.value
    if facts is None:
        return problem(request.scope, 404, "the store holds no event of this source and line")
    page = render("event.html", language, facts=facts, **shown_with(request, answer))
    return aged(HTMLResponse(page), answer)


def _facts(connection: duckdb.DuckDBPyConnection, source: int, line: int) -> dict[str, Any] | None:
    place = {"source": source, "line": line}
    events = rows_of(connection, "event.sql", {**place, "limit": NEIGHBOURS})
    if not events:
        return None
    neighbours = rows_of(
        connection,
        "event_neighbours.sql",
        {**place, **{name: events[0][f"{name}_id"] for name in _SHARED}, "limit": NEIGHBOURS},
    )
    return {
        "source": seen(events[0]["source"]),
        "format": events[0]["format"],
        "line_no": line,
        "source_id": source,
        "events": [_event(event) for event in events],
        "neighbours": seen(neighbours),
        "more": len(neighbours) == NEIGHBOURS,
        "sample_line": seen(events[0]["sample_line"]),
        "beside": rows_of(connection, "event_beside.sql", place)[0],
    }


def _event(event: dict[str, Any]) -> dict[str, Any]:
    """Return an event's fields apart: those with a value, and the names of those without."""
    filled = [
        (column.name, seen(event[column.name])) for column in COLUMNS if event[column.name] not in _EMPTY
    ]
    return {
        **{name: seen(event[name]) for name in ("ts", "failed", "status", "method", "endpoint", "entry_id")},
        **{name: seen(event[name]) for name in ("code", "error_code", "category", "model", "path")},
        "filled": filled,
        "empty": [column.name for column in COLUMNS if event[column.name] in _EMPTY],
    }
