"""The report: one page that holds everything it needs, written whole or not at all."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analyzer.errors import DeliveryError
from analyzer.report.assets import content_policy, plotly_script, script_json, static_text
from analyzer.report.collect import Scope, collect
from analyzer.report.drawn import DrawnPanel, draw_panels
from analyzer.report.figures import template
from analyzer.report.view import View, build_view
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
) -> ReportSummary:
    """Write the page of the range [since, until) to `path` and say what was written.

    `connection` comes from `open_reader` with the same `time_zone`; `now` is aware. Raises
    UnknownNameError for an unknown language, DeliveryError where the file cannot be written.
    """
    started = time.perf_counter()
    zone = ZoneInfo(time_zone)
    scope = Scope(since and since.astimezone(zone), until and until.astimezone(zone), time_zone, language)
    words = texts(language)
    answers = collect(connection, scope)
    drawn = draw_panels(answers.panels, words)
    view = build_view(answers, drawn, scope, now.astimezone(zone), words)
    size = write_whole(path, render(view, drawn, words, version))
    notes = tuple(notice["text"] for notice in view.notices if notice["kind"] == "warning")
    return ReportSummary(path, size, time.perf_counter() - started, notes)


def render(view: View, drawn: Sequence[DrawnPanel], words: Texts, version: str) -> str:
    """Return the page as HTML: everything in it, the charts' script included."""
    plotly, page = plotly_script(), static_text("page.js")
    figures = {panel.id: panel.figure for panel in drawn if panel.figure}
    return (
        _environment()
        .get_template("report.html")
        .render(
            view=view,
            texts=words,
            version=version,
            policy=content_policy(plotly, page),
            style=static_text("page.css"),
            figures_json=script_json({"template": template(), "figures": figures}),
            plotly_script=plotly,
            page_script=page,
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


def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
