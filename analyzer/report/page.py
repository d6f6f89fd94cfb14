"""The report: one page that holds everything it needs, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analyzer.errors import DeliveryError
from analyzer.report.assets import content_policy, page_script, plotly_script, static_text
from analyzer.report.collect import Asker, Row
from analyzer.report.payload import build_payload, pack
from analyzer.report.scope import Scope, Span
from analyzer.report.summary import Summary, summarise
from analyzer.resources import shared_folder
from analyzer.text import Texts, texts

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class ReportSummary:
    """What was written: where, how many bytes, in how many seconds; `notes` are the page's warnings."""

    report: Path
    bytes: int
    seconds: float
    notes: tuple[str, ...]


def write_report(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    *,
    since: datetime | None,
    until: datetime | None,
    time_zone: str,
    language: str,
    version: str,
    now: datetime,
    compared: Span | None = None,
    slo: float | None = None,
) -> ReportSummary:
    """Write the page of the range [since, until) to `path` and say what was written.

    `connection` comes from `open_reader` with the same `time_zone`; `now` is aware. `compared` is the span
    that stands beside every figure (the span before, where None and something is stored of it), `slo` the
    target for the share of requests that succeed, in percent. Raises UnknownNameError for an unknown
    language, PanelFileError for a broken panel, DeliveryError where the file cannot be written.
    """
    started = time.perf_counter()
    zone = ZoneInfo(time_zone)
    words = texts(language)
    scope = Scope(
        since and since.astimezone(zone), until and until.astimezone(zone), time_zone, language, compared, slo
    )
    payload = build_payload(connection, scope, version=version, now=now)
    summary = summarise(payload, remedy_rows(connection, scope), words)
    size = write_whole(path, render(payload, summary, words))
    return ReportSummary(path, size, time.perf_counter() - started, summary.notes)


def remedy_rows(connection: duckdb.DuckDBPyConnection, scope: Scope) -> list[Row]:
    """Return the remedies of the scope's range, most failures first, in its language. Raises QueryError."""
    ask = Asker(connection, {"language": scope.language})
    return ask.rows("errors_by_remedy", since=scope.since, until=scope.until)


def render(payload: Mapping[str, Any], summary: Summary, words: Texts) -> str:
    """Return the page as HTML: everything in it, the charts' script included."""
    plotly, page = plotly_script(), page_script()
    return (
        environment()
        .get_template("report.html")
        .render(
            summary=summary,
            texts=words,
            time_zone=payload["zone"],
            version=payload["analyzer"],
            policy=content_policy(plotly, page),
            style=static_text("page.css"),
            payload=pack(payload),
            payload_address=None,
            page_script=page,
            script_address=None,
            plotly_script=plotly,
            plotly_address=None,
        )
    )


def write_whole(path: Path, text: str) -> int:
    """Write `text` to `path` by way of a file beside it, and return its bytes. Raises DeliveryError."""
    content = text.encode("utf-8", errors="replace")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise DeliveryError(
            f"{path} cannot be written: {error.strerror}; choose another place with -o"
        ) from error
    beside = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        beside.chmod(0o666 & ~_umask())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise DeliveryError(
            f"{path} cannot be written: {error.strerror}; choose another place with -o"
        ) from error
    return len(content)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def environment() -> Environment:
    """Return the environment of the page's templates: every value is escaped, none may be missing."""
    return Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
