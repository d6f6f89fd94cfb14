"""The front page, and the styles and scripts of all pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from analyzer.web.assets import asset
from analyzer.web.problem import problem

if TYPE_CHECKING:
    from starlette.requests import Request

PAYLOAD = "payload"
"""The key of the page's payload among the answers."""
_FOREVER = "public, max-age=31536000, immutable"


async def front(request: Request) -> Response:
    """Answer with the page."""
    return RedirectResponse("/docs", 303)


async def asset_file(request: Request) -> Response:
    """Answer with a style or a script; its address holds its hash, so it may be kept for good."""
    try:
        found = asset(request.path_params["name"])
    except KeyError:
        return problem(request.scope, 404, "there is nothing at this address")
    is_packed = "gzip" in request.headers.get("accept-encoding", "")
    response = Response(found.packed if is_packed else found.body, media_type=found.media_type)
    response.headers["Vary"] = "Accept-Encoding"
    if is_packed:
        response.headers["Content-Encoding"] = "gzip"
    if request.path_params["mark"] == found.mark:
        response.headers["Cache-Control"] = _FOREVER
    return response
