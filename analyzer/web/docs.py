"""`/docs`: the same description for people, with a form for each query; and `/openapi.json` itself."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, Response

from analyzer.web.ask import here, language_of, single_values, site_of
from analyzer.web.limits import MAX_ROWS, STATEMENT_SECONDS
from analyzer.web.openapi import describe
from analyzer.web.render import render

if TYPE_CHECKING:
    from starlette.requests import Request


async def openapi(request: Request) -> Response:
    """Answer with the OpenAPI document."""
    single_values(request, set())
    site = site_of(request)
    document = describe(site.queries, site.gate.token is not None)
    return Response(json.dumps(document, ensure_ascii=False, indent=1), media_type="application/json")


async def docs_page(request: Request) -> Response:
    """Answer with the page of the queries and the other addresses."""
    single_values(request, {"lang"})
    site, language = site_of(request), language_of(request)
    return HTMLResponse(
        render(
            "docs.html",
            language,
            queries=site.queries.values(),
            has_token=site.gate.token is not None,
            rows=MAX_ROWS,
            seconds=STATEMENT_SECONDS,
            here=here(request),
        )
    )
