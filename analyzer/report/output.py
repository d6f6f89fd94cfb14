"""The formats a report can have, and writing one: whole, or not at all."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.errors import UsageError
from analyzer.report.document import Asking, document
from analyzer.report.page import ReportSummary
from analyzer.report.whole import write_bytes

if TYPE_CHECKING:
    import duckdb

STDOUT = "-"
PAGES = ("html", "png", "pdf")
TEXTS = ("md", "json", "csv")
FORMATS = ("html", "md", "json", "csv", "png", "pdf")
_ENDINGS = {".htm": "html", ".markdown": "md", "": "html"}


def format_of(path: Path, given: str | None) -> str:
    """Return the format: the `given` one, else by the file's ending. Raises UsageError."""
    known = ", ".join(FORMATS)
    if given is not None:
        if given not in FORMATS:
            raise UsageError(f"there is no format {given!r}; use one of {known}")
        found = given
    elif str(path) == STDOUT:
        raise UsageError(f"-o - needs --format: {', '.join(TEXTS)}")
    else:
        ending = path.suffix.lower()
        found = _ENDINGS.get(ending, ending[1:])
        if found not in FORMATS:
            raise UsageError(f"{path.name} has the ending of no format; use one of {known}, or --format")
    if str(path) == STDOUT and found not in TEXTS:
        raise UsageError(f"a report as {found} is a file; name one with -o, or use {', '.join(TEXTS)}")
    return found


def text_of(report: dict[str, Any], format: str, language: str) -> str:
    """Return the report (`document`) as md, json or csv."""
    if format == "json":
        return json.dumps(report, ensure_ascii=False, indent=2, allow_nan=False) + "\n"
    if format == "csv":
        from analyzer.report.spreadsheet import spreadsheet

        # A spreadsheet takes a file for UTF-8 only with the mark at its start.
        return "\ufeff" + spreadsheet(report)
    from analyzer.report.markdown import markdown
    from analyzer.text import texts

    return markdown(report, texts(language))


def write_text(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    format: str,
    asking: Asking,
    version: str,
    now: datetime,
) -> ReportSummary:
    """Write the report as md, json or csv to `path`. Raises DeliveryError, QueryError."""
    started = time.perf_counter()
    text = text_of(document(connection, asking, version, now), format, asking.language)
    size = write_bytes(path, text.encode("utf-8", errors="replace"))
    return ReportSummary(path, size, time.perf_counter() - started, ())


def write_picture(path: Path, format: str, page: Callable[[], str]) -> int:
    """Write what `page` returns (HTML) as png or pdf, and return how many bytes. Raises DeliveryError."""
    from analyzer.report.picture import picture

    return write_bytes(path, picture(page(), format))
