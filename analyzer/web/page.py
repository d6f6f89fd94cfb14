"""The front page: the report over the store; its payload by an address of its own, and its scripts."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from starlette.responses import HTMLResponse, Response

from analyzer import __version__
from analyzer.report.page import environment, remedy_rows
from analyzer.report.payload import build_payload
from analyzer.report.scope import Scope
from analyzer.report.summary import summarise
from analyzer.text import texts
from analyzer.web.ask import aged, single_values, site_of
from analyzer.web.assets import asset, asset_address, chart_styles
from analyzer.web.guard import content_policy
from analyzer.web.incidents import open_incidents
from analyzer.web.limits import PAGE_SECONDS
from analyzer.web.problem import problem

if TYPE_CHECKING:
    import duckdb
    from starlette.requests import Request

    from analyzer.web.answers import Answer
    from analyzer.web.site import Site

PAYLOAD = "payload"
"""The key of the page's payload among the answers."""
_FOREVER = "public, max-age=31536000, immutable"
_RELATIVE = re.compile(r"\s*\d+\s*[mhdw]\s*")
_COMPRESSION = 5


@dataclass(frozen=True)
class Front:
    """The page as it is sent: its HTML, and its payload, compressed (`body`)."""

    html: str
    body: bytes


async def front(request: Request) -> Response:
    """Answer with the page; its numbers come from /payload.json, a summary without scripts stands in it."""
    single_values(request, {"lang"})
    answer = await front_answer(site_of(request))
    policy = {"Content-Security-Policy": content_policy(chart_styles())}
    return aged(HTMLResponse(answer.value.html, headers=policy), answer)


async def payload_json(request: Request) -> Response:
    """Answer with the page's payload, or with 304 to a page that has it already."""
    single_values(request, set())
    site = site_of(request)
    answer = await front_answer(site)
    mark = payload_mark(site, answer)
    headers = {"ETag": mark, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == mark:
        return aged(Response(status_code=304, headers=headers), answer)
    body = answer.value.body
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
    else:
        body = gzip.decompress(body)
    return aged(Response(body, media_type="application/json", headers=headers), answer)


async def front_answer(site: Site) -> Answer:
    """Return the page of the file's present state, or the last good one."""
    return await site.answers.get(PAYLOAD, partial(_built, site), page_salt(site), PAGE_SECONDS)


def page_salt(site: Site) -> str:
    """Return what the page depends on beside the file: one of the last hours moves on each minute."""
    since = site.subject.since
    return f"-{site.now():%d%H%M}" if since and _RELATIVE.fullmatch(since) else ""


def payload_mark(site: Site, answer: Answer) -> str:
    """Return the ETag of a payload: the state of the file, and what the server was told to show of it."""
    subject = site.subject
    told = repr((__version__, subject.time_zone, subject.language, subject.since, subject.slo))
    return f'"{answer.version}-{hashlib.sha256(told.encode()).hexdigest()[:8]}"'


def _built(site: Site, connection: duckdb.DuckDBPyConnection) -> Front:
    subject = site.subject
    zone, words = ZoneInfo(subject.time_zone), texts(subject.language)
    since = subject.range().since
    scope = Scope(
        since and since.astimezone(zone), None, subject.time_zone, subject.language, slo=subject.slo
    )
    payload = build_payload(connection, scope, version=__version__, now=site.now().astimezone(zone))
    payload["followed"] = site.background is not None and site.background.task == "follow"
    payload["incidents"] = open_incidents(connection)
    summary = summarise(payload, remedy_rows(connection, scope), words)
    html = (
        environment()
        .get_template("report.html")
        .render(
            summary=summary,
            texts=words,
            time_zone=subject.time_zone,
            version=__version__,
            policy=None,
            style_addresses=[asset_address(name) for name in ("palette.css", "page.css", "live.css")],
            payload="",
            payload_address="/payload.json",
            version_address="/version.json",
            script_address=asset_address("page.js"),
            plotly_script="",
            plotly_address=asset_address("plotly.js"),
        )
    )
    return Front(html, _packed(payload))


def _packed(payload: dict[str, Any]) -> bytes:
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return gzip.compress(text.encode(errors="replace"), _COMPRESSION, mtime=0)


async def no_icon(request: Request) -> Response:
    """Answer a browser that asks for an icon of a page which cannot say that it has none."""
    return Response(status_code=204)


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
