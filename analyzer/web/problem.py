"""What went wrong, as an answer: one clear sentence, in JSON for programs and as a page for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, JSONResponse, Response

from analyzer.errors import (
    AnalyzerError,
    LockedError,
    MissingDatabaseError,
    QueryError,
    StoreError,
)
from analyzer.web.answers import BusyError
from analyzer.web.reading import OverdueError, StoppingError
from analyzer.web.render import render

if TYPE_CHECKING:
    from starlette.types import Scope

PEOPLE = ("/entries/", "/events/", "/docs")
"""Addresses that people open; all others answer in JSON, but for the front page."""
RETRY_SECONDS = "3"


def problem(scope: Scope, status: int, sentence: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return the answer that says `sentence` with the status `status`."""
    path = scope.get("path", "/")
    if path == "/" or path.startswith(PEOPLE):
        return HTMLResponse(render("problem.html", "en", status=status, sentence=sentence), status, headers)
    return JSONResponse({"error": sentence}, status, headers)


def answer_error(scope: Scope, error: Exception) -> Response:
    """Return the answer for an error: the person's own, one of the store's, or ours."""
    if isinstance(error, AnalyzerError):
        status = _status(error)
        headers = {"Retry-After": RETRY_SECONDS} if status == 503 else None
        return problem(scope, status, " ".join(str(error).split()), headers)
    return problem(scope, 500, "something went wrong here; the server's own output says what")


def _status(error: AnalyzerError) -> int:
    """Return the status that tells a program what kind of error it is."""
    if isinstance(error, OverdueError):
        return 504
    if isinstance(error, LockedError | BusyError | StoppingError | MissingDatabaseError | StoreError):
        return 503
    # Our own SQL failed; where a parameter's value made it fail, that was said before.
    return 500 if isinstance(error, QueryError) else 400
