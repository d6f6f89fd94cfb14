"""What a person reads about the sources: a table of all, or everything about one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from analyzer.api.housekeeping import SourceDetail
from analyzer.query.cells import display_width
from analyzer.query.ranges import find_zone

_COUNTS = ("lines", "events", "failures", "rejects", "blank", "continuation")
_ONLY_WHERE_ANY = ("blank", "continuation", "duplicates", "expired")
"""Columns that are left out where every source has 0."""


def sources_table(found: Sequence[SourceDetail]) -> str:
    """Return a table of sources, numbers to the right."""
    if not found:
        return "nothing was read yet; analyzer ingest PATH\n"
    counts = [
        name
        for name in (*_COUNTS, "duplicates", "expired")
        if name not in _ONLY_WHERE_ANY or any(getattr(detail.source, name) for detail in found)
    ]
    names = ["no", "source", *counts, "bytes", "read to", "format", "population", "zone", "last read"]
    left = {"source", "read to", "format", "population", "zone", "last read"}
    records = [_record(detail, counts) for detail in found]
    widths = [max(map(display_width, column)) for column in zip(names, *records, strict=True)]
    lines = [names, ["-" * width for width in widths], *records]
    return "".join(_line(line, widths, [name not in left for name in names]) for line in lines)


def source_details(detail: SourceDetail) -> str:
    """Return everything about a source, one line for each thing."""
    source = detail.source
    rows = [
        ("source", f"{source.title}, number {source.source_id}"),
        (
            "format",
            f"{source.format}, population {source.population}, times without a zone {source.time_zone}",
        ),
        ("read", f"{source.size:,} bytes, {_reached(detail)}"),
        ("lines", " + ".join([f"{source.lines:,} = {source.events:,} events", *_others(detail)])),
        ("failures", f"{source.failures:,}"),
    ]
    if source.duplicates:
        rows.append(("duplicates", f"{source.duplicates:,} of the events were logged by another source too"))
    if source.expired or source.expired_rejects:
        text = f"{source.expired:,} events ({source.expired_failures:,} failures)"
        rows.append(("expired", f"{text} and {source.expired_rejects:,} rejects"))
    if source.first_ts and source.last_ts:
        span = f"{_moment(source.first_ts, detail)} to {_moment(source.last_ts, detail)}"
        rows.append(("events from", span))
    rows.append(("first read", _moment(source.first_seen_at, detail)))
    rows.append(("last read", _moment(source.last_read_at, detail)))
    rows += [
        ("reject", f"{row['rejects']:,} × {row['reason']}, the first in line {row['line_no']:,}")
        for row in detail.rejects or ()
    ]
    rows += [("copy", name) for name in detail.copies]
    return "".join(f"{name:<12}{text}\n" for name, text in rows)


def _others(detail: SourceDetail) -> list[str]:
    return [f"{getattr(detail.source, name):,} {name}" for name in ("rejects", "blank", "continuation")]


def _record(detail: SourceDetail, counts: Sequence[str]) -> list[str]:
    source = detail.source
    return [
        str(source.source_id),
        source.title,
        *(f"{getattr(source, name):,}" for name in counts),
        f"{source.size:,}",
        "its end" if source.is_whole else "an open line",
        source.format,
        source.population,
        source.time_zone,
        _moment(source.last_read_at, detail),
    ]


def _reached(detail: SourceDetail) -> str:
    return (
        "to the end of a whole record"
        if detail.source.is_whole
        else "its last line is open: it is counted, and will be read again when it has grown"
    )


def _moment(moment: datetime, detail: SourceDetail) -> str:
    return moment.astimezone(find_zone(detail.time_zone)).isoformat(sep=" ", timespec="seconds")


def _line(cells: Sequence[Any], widths: Sequence[int], right: Sequence[bool]) -> str:
    padded = []
    for text, width, to_the_right in zip(cells, widths, right, strict=True):
        space = " " * (width - display_width(text))
        padded.append(space + text if to_the_right else text + space)
    return "  ".join(padded).rstrip() + "\n"
