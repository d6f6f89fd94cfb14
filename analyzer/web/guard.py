"""Around every request: its method, its host and its token; and the headers that every answer carries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import RedirectResponse, Response

from analyzer.web.access import Gate
from analyzer.web.problem import problem

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

METHODS = ("GET", "HEAD")
OPEN_PATHS = frozenset({"/healthz", "/favicon.ico"})
"""Paths that need no token."""


def content_policy(styles: Iterable[str] = ()) -> str:
    """Return the Content-Security-Policy: nothing but our own files, and `styles`, known by their hash."""
    allowed = " ".join(["'self'", *(f"'sha256-{one}'" for one in styles)])
    return (
        f"default-src 'none'; script-src 'self'; style-src {allowed}; img-src 'self' data:; "
        "connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
    )


_HEADERS = {
    "Content-Security-Policy": content_policy(),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_ASSETS = "/assets/"
"""Styles and scripts hold nothing of the store, and the page that asks for the token needs them."""
_COOKIE_SECONDS = 30 * 24 * 3600


class Guard:
    """The application `app` behind `gate`."""

    def __init__(self, app: ASGIApp, gate: Gate) -> None:
        self.app = app
        self.gate = gate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or refuse it."""
        if scope["type"] != "http":
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=message["headers"])
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
                message["headers"] = headers.raw
            await send(message)

        refused = self._refused(scope)
        await (refused or self.app)(scope, receive, send_guarded)

    def _refused(self, scope: Scope) -> Response | None:
        headers, path = Headers(scope=scope), scope["path"]
        if scope["method"] not in METHODS:
            return problem(scope, 405, "only GET and HEAD are answered here", {"Allow": ", ".join(METHODS)})
        hosts = headers.getlist("host")
        if len(hosts) != 1 or not self.gate.knows_host(hosts[0]):
            return problem(
                scope, 400, "the Host header does not name this server; see --allow-host of analyzer serve"
            )
        if _is_from_elsewhere(headers):
            return problem(scope, 403, "another site's page asked for this; open the address yourself")
        query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        shown = [value for name, value in query if name == "token"]
        if shown:
            return self._exchanged(scope, shown, [pair for pair in query if pair[0] != "token"])
        if (
            path in OPEN_PATHS
            or path.startswith(_ASSETS)
            or self.gate.opens(headers.get("authorization", ""), "; ".join(headers.getlist("cookie")))
        ):
            return None
        return _asked_for_token(scope)

    def _exchanged(self, scope: Scope, shown: list[str], rest: list[tuple[str, str]]) -> Response:
        """Take the token out of the address: set the cookie, and send the browser on without it."""
        query = f"?{urlencode(rest)}" if rest else ""
        # A path that begins with two slashes would lead to another host.
        answer = RedirectResponse("/" + scope["path"].lstrip("/") + query, 303)
        if self.gate.token is None:
            return answer
        if len(shown) != 1 or not self.gate.admits(shown[0]):
            return _asked_for_token(scope, is_wrong=True)
        answer.set_cookie(
            self.gate.cookie,
            self.gate.cookie_value(),
            max_age=_COOKIE_SECONDS,
            httponly=True,
            samesite="strict",
            secure=scope["scheme"] == "https",
        )
        return answer


def _is_from_elsewhere(headers: Headers) -> bool:
    """Tell a request that another site's page makes by itself; a link that a person follows is none."""
    site = headers.get("sec-fetch-site", "none")
    return site in ("cross-site", "same-site") and headers.get("sec-fetch-mode") != "navigate"


def _asked_for_token(scope: Scope, is_wrong: bool = False) -> Response:
    return problem(
        scope,
        401,
        "that is not this page's token; check it, and try again"
        if is_wrong
        else "this page needs its token: open the address with ?token=TOKEN once, "
        "or send the header Authorization: Bearer TOKEN",
        {"WWW-Authenticate": 'Bearer realm="analyzer"'},
    )
