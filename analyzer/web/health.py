"""`/healthz`: ready or not, and why; and `/version.json`, which opens nothing and is asked often."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from starlette.responses import JSONResponse, Response

from analyzer.errors import AnalyzerError, LockedError
from analyzer.web.ask import single_values, site_of
from analyzer.web.page import PAYLOAD, page_salt, payload_mark
from analyzer.web.version import NO_FILE

if TYPE_CHECKING:
    import duckdb
    from starlette.requests import Request


async def healthz(request: Request) -> Response:
    """Answer 200 where the page can be asked, 503 otherwise; the reason names no path and no process."""
    site = site_of(request)
    reason = None
    if site.answers.version() == NO_FILE:
        reason = "there is no store yet"
    elif site.answers.last_read_at is None:
        reason = await _tried(request)
    if reason is None and site.background is not None and site.background.problem() is not None:
        reason = site.background.problem()
    content = {"status": "not ready" if reason else "ready", "reason": reason}
    return JSONResponse(content, 503 if reason else 200)


async def _tried(request: Request) -> str | None:
    """Open the store once; return why it cannot be."""
    try:
        await site_of(request).answers.get("health", _opened)
    except LockedError:
        return "the store is in use by a writer"
    except AnalyzerError:
        return "the store cannot be read"
    return None


def _opened(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute("SELECT 1").fetchall())


async def version_json(request: Request) -> Response:
    """Answer with the state of the file, that of the last payload, and why a newer one cannot be had."""
    single_values(request, set())
    site = site_of(request)
    answers = site.answers
    held = answers.held(PAYLOAD)
    version = answers.version() + page_salt(site)
    is_current = held is not None and held.version == version
    read_at = site.now() if is_current else held and datetime.fromtimestamp(held.read_at, UTC)
    content: dict[str, Any] = {
        "version": version,
        "payload": held.version if held else None,
        "mark": payload_mark(site, held) if held else None,
        "read_at": read_at.isoformat(timespec="seconds") if read_at else None,
        "problem": answers.problem,
    }
    return JSONResponse(content)
