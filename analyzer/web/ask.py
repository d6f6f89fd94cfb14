"""What every address reads of a request, and how an answer's age is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response

from analyzer.arrow import dicts
from analyzer.errors import UsageError
from analyzer.query.ranges import find_zone
from analyzer.query.run import run_sql
from analyzer.resources import statement
from analyzer.text import languages

if TYPE_CHECKING:
    import duckdb
    from starlette.requests import Request

    from analyzer.web.answers import Answer
    from analyzer.web.site import Site


def site_of(request: Request) -> Site:
    """Return the site that a request asks."""
    site: Site = request.app.state.site
    return site


def language_of(request: Request) -> str:
    """Return the language asked for with `lang`, else the server's."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in languages() else site_of(request).subject.language


def single_values(request: Request, known: set[str]) -> dict[str, str]:
    """Return the parameters of the address. Raises UsageError for an unknown one and one given twice."""
    values: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            there = ", ".join(sorted(known)) or "none"
            raise UsageError(f"there is no parameter {name!r} here; there are: {there}")
        if name in values:
            raise UsageError(f"the parameter {name} is given twice; keep one")
        values[name] = value
    return values


def rows_of(
    connection: duckdb.DuckDBPyConnection, name: str, parameters: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Run the room's own statement `name` and return its rows."""
    return dicts(run_sql(connection, statement("web", name), parameters).table())


def shown_with(request: Request, answer: Answer) -> dict[str, Any]:
    """Return what every page of an answer shows: where it is, its age, and the zone of its times."""
    zone = site_of(request).subject.time_zone
    read_at = datetime.fromtimestamp(answer.read_at, UTC).astimezone(find_zone(zone))
    return {
        "answer": answer,
        "zone": zone,
        "read_at": read_at.strftime("%Y-%m-%d %H:%M:%S"),
        "here": here(request),
    }


def here(request: Request) -> dict[str, str]:
    """Return the address's own parameters, to be kept by a link that changes the language."""
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "lang"]
    return {"query": urlencode(kept) + "&" if kept else ""}


def aged(response: Response, answer: Answer) -> Response:
    """Tell the age of an answer in its headers, and why it is old where it is."""
    response.headers["Age"] = f"{answer.age():.0f}"
    if answer.problem:
        response.headers["Analyzer-Stale"] = " ".join(
            answer.problem.encode("ascii", "replace").decode().split()
        )
    return response
