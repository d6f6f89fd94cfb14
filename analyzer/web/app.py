"""The application: which address is answered by what."""

from __future__ import annotations

import sys
import traceback
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.routing import Route

from analyzer.errors import AnalyzerError, MissingDatabaseError
from analyzer.web import docs, entries, events, health, metrics, page, queries
from analyzer.web.guard import Guard
from analyzer.web.problem import answer_error, problem

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.types import ASGIApp

    from analyzer.web.site import Site

_BEING_MADE = "nothing is stored yet; the logs are being followed, so try again in a few seconds"
ROUTES = [
    Route("/", page.front),
    Route("/favicon.ico", page.no_icon),
    Route("/payload.json", page.payload_json),
    Route("/assets/{mark}/{name}", page.asset_file),
    Route("/entries/{entry_id}", entries.entry_page),
    Route("/events/{source_id:int}/{line_no:int}", events.event_page),
    Route("/api/queries", queries.list_queries),
    Route("/api/queries/{name}.json", queries.query_json),
    Route("/api/queries/{name}.csv", queries.query_csv),
    Route("/openapi.json", docs.openapi),
    Route("/docs", docs.docs_page),
    Route("/metrics", metrics.metrics),
    Route("/healthz", health.healthz),
    Route("/version.json", health.version_json),
]


def build_app(site: Site) -> ASGIApp:
    """Return the application that answers about `site`."""
    app = Starlette(
        routes=ROUTES,
        exception_handlers={
            AnalyzerError: _told,
            HTTPException: _nowhere,
            Exception: _broken,
        },
    )
    app.router.redirect_slashes = False
    app.state.site = site
    app.state.climbing = metrics.Climbing()
    return Guard(app, site.gate)


async def _told(request: Request, error: Exception) -> Response:
    if isinstance(error, MissingDatabaseError) and request.app.state.site.background is not None:
        return answer_error(request.scope, MissingDatabaseError(_BEING_MADE))
    return answer_error(request.scope, error)


async def _nowhere(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return problem(request.scope, status, "there is nothing at this address; /docs lists what there is")


async def _broken(request: Request, error: Exception) -> Response:
    # The person at the terminal reads it; the one who asked learns nothing of our insides.
    print(f"analyzer: {request.url.path!r}: {error!r}", file=sys.stderr)
    traceback.print_exception(error, file=sys.stderr)
    return answer_error(request.scope, error)
