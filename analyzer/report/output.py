"""The formats a report can have, and writing one: whole, or not at all."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import UsageError
from analyzer.report.compared import Asking
from analyzer.report.page import ReportSummary, page_html, write_report
from analyzer.report.said import warnings_said
from analyzer.report.scope import Scope
from analyzer.report.whole import write_bytes
from analyzer.text import texts

if TYPE_CHECKING:
    from analyzer.query.ahead import Ahead

STDOUT = "-"
TEXTS = ("md", "json", "csv")
FORMATS = ("html", "md", "json", "csv", "png", "pdf")
_ENDINGS = {".htm": "html", ".markdown": "md", "": "html"}


@dataclass(frozen=True)
class Target:
    """Where a report goes, in which format; `assets` is the folder of what pages share."""

    path: Path
    format: str
    assets: Path | None = None


def format_of(path: Path) -> str | None:
    """Return the format that a file's ending means; None for an ending of none."""
    ending = path.suffix.lower()
    found = _ENDINGS.get(ending, ending[1:])
    return found if found in FORMATS else None


def target(path: Path, format: str | None, assets: Path | None) -> Target:
    """Return where the report goes: its format is the given one, else that of the path's ending.

    Raises UsageError for a format or ending there is none of, for a page on standard output, and for
    assets of what is no page.
    """
    known = ", ".join(FORMATS)
    is_stream = str(path) == STDOUT
    if format is not None and format not in FORMATS:
        raise UsageError(f"there is no format {format!r}; use one of {known}")
    if format is None and is_stream:
        raise UsageError(f"-o - needs --format: {', '.join(TEXTS)}")
    found = format or format_of(path)
    if found is None:
        raise UsageError(f"{path.name} has the ending of no format; use one of {known}, or --format")
    if is_stream and found not in TEXTS:
        raise UsageError(f"a report as {found} is a file; name one with -o, or use {', '.join(TEXTS)}")
    if assets is not None and found != "html":
        raise UsageError(f"a report as {found} has no assets; take --assets away")
    return Target(path, found, assets)


def write(ahead: Ahead, wanted: Target, asking: Asking, version: str, now: datetime) -> ReportSummary:
    """Write the report, whole or not at all. Raises DeliveryError, QueryError."""
    started = time.perf_counter()
    if wanted.format in TEXTS:
        # What it imports takes longer than the page of a small store.
        from analyzer.report.document import document

        report = document(ahead.connection, asking, version, now)
        text = text_of(report, wanted.format, asking.language)
        size = write_bytes(wanted.path, text.encode("utf-8", errors="replace"))
        notes = tuple(warnings_said(report, texts(asking.language)))
        return ReportSummary(wanted.path, size, time.perf_counter() - started, notes)
    beside = asking.compared.beside
    if wanted.format == "html":
        return write_report(
            ahead,
            wanted.path,
            since=asking.since,
            until=asking.until,
            time_zone=asking.time_zone,
            language=asking.language,
            version=version,
            now=now,
            beside=beside,
            slo=asking.slo,
            assets=wanted.assets,
        )
    from analyzer.report.picture import picture

    scope = Scope(asking.since, asking.until, asking.time_zone, asking.language, beside, asking.slo)
    html, notes = page_html(ahead, scope, version=version, now=now)
    size = write_bytes(wanted.path, picture(html, wanted.format))
    return ReportSummary(wanted.path, size, time.perf_counter() - started, notes)


def text_of(report: dict[str, Any], format: str, language: str) -> str:
    """Return the report (`document`) as md, json or csv."""
    if format == "json":
        return json.dumps(report, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if format == "csv":
        from analyzer.report.spreadsheet import spreadsheet

        # A spreadsheet takes a file for UTF-8 only with the mark at its start.
        return "\ufeff" + spreadsheet(report)
    from analyzer.report.markdown import markdown

    return markdown(report, texts(language))
