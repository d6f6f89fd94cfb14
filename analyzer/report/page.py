"""The report: one page that holds everything it needs, written whole or not at all."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analyzer.query.ahead import Ahead, ahead_of
from analyzer.report.assets import content_policy, page_script, plotly_script, static_text
from analyzer.report.collect import Asker, Row, shown_rows
from analyzer.report.payload import build_payload, pack, packed
from analyzer.report.scope import Beside, Scope
from analyzer.report.shared import share_plotly
from analyzer.report.summary import Summary, summarise
from analyzer.report.whole import write_bytes
from analyzer.resources import shared_folder
from analyzer.text import Texts, texts

if TYPE_CHECKING:
    from concurrent.futures import Future

    import duckdb
    import pyarrow as pa


@dataclass(frozen=True)
class ReportSummary:
    """What was written: where, how many bytes, in how many seconds; `notes` are the page's warnings."""

    report: Path
    bytes: int
    seconds: float
    notes: tuple[str, ...]


def write_report(
    opened: duckdb.DuckDBPyConnection | Ahead,
    path: Path,
    *,
    since: datetime | None,
    until: datetime | None,
    time_zone: str,
    language: str,
    version: str,
    now: datetime,
    beside: Beside | None = None,
    slo: float | None = None,
    assets: Path | None = None,
) -> ReportSummary:
    """Write the page of the range [since, until) to `path` and say what was written.

    The store is `opened` by `open_reader` with the same `time_zone`; `now` is aware. `beside` is what
    stands beside every figure (None: the span before, where something is stored of it), `slo` the target
    for the share of requests that succeed, in percent. With the folder `assets` the page shares plotly.js
    with others. Raises UnknownNameError for an unknown language, PanelFileError for a broken panel,
    DeliveryError where the file cannot be written.
    """
    started = time.perf_counter()
    zone = ZoneInfo(time_zone)
    scope = Scope(
        since and since.astimezone(zone), until and until.astimezone(zone), time_zone, language, beside, slo
    )
    address = None if assets is None else share_plotly(assets, path)
    html, notes = page_html(opened, scope, version=version, now=now, plotly_address=address)
    size = write_bytes(path, html.encode("utf-8", errors="replace"))
    return ReportSummary(path, size, time.perf_counter() - started, notes)


def page_html(
    opened: duckdb.DuckDBPyConnection | Ahead,
    scope: Scope,
    *,
    version: str,
    now: datetime,
    plotly_address: str | None = None,
) -> tuple[str, tuple[str, ...]]:
    """Return the page about `scope` as HTML, and its warnings; plotly.js is in it, or at its address."""
    words = texts(scope.language)
    with ahead_of(opened) as ahead:
        _remedies(ahead, scope)
        payload = build_payload(ahead, scope, version=version, now=now)
        summary = summarise(payload, remedy_rows(ahead, scope), words)
    return render(payload, summary, words, plotly_address), summary.notes


def remedy_rows(opened: duckdb.DuckDBPyConnection | Ahead, scope: Scope) -> list[Row]:
    """Return the remedies of the scope's range, most failures first, in its language. Raises QueryError."""
    with ahead_of(opened) as ahead:
        return shown_rows(_remedies(ahead, scope).result())


def _remedies(ahead: Ahead, scope: Scope) -> Future[pa.Table]:
    asked = {"since": scope.since, "until": scope.until}
    return Asker(ahead, {"language": scope.language}).expect("errors_by_remedy", asked)


def render(
    payload: Mapping[str, Any], summary: Summary, words: Texts, plotly_address: str | None = None
) -> str:
    """Return the page as HTML: everything in it, the charts' script included unless it has an address."""
    page, unpack = page_script(), static_text("unpack.js")
    plotly = "" if plotly_address else plotly_script()
    return (
        environment()
        .get_template("report.html")
        .render(
            summary=summary,
            texts=words,
            time_zone=payload["zone"],
            version=payload["analyzer"],
            policy=content_policy(unpack, page, hands_on=True)
            if plotly_address
            else content_policy(unpack, page, plotly),
            style=static_text("palette.css") + static_text("page.css"),
            payload=pack(payload),
            payload_address=None,
            page_script=packed(page),
            unpack_script=unpack,
            script_address=None,
            plotly_script=plotly,
            plotly_address=plotly_address,
        )
    )


def environment() -> Environment:
    """Return the environment of the page's templates: every value is escaped, none may be missing."""
    return Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
