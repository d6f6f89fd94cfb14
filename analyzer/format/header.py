"""Headers of tables: found among lines, and matched with the names that a format looks for."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from analyzer.format.hints import Header

SEPARATORS = (",", ";", "\t", "|")
_FIELDS = re.compile(r"^\ufeff?#\s*fields:?\s+(.*)$", re.IGNORECASE)
_DATE = re.compile(r"^\ufeff?#\s*date:\s*(\d{4}-\d\d-\d\d)", re.IGNORECASE)
_NUMBER = re.compile(r"[\"']?[-+]?[\d.,:/\s-]*[\"']?")
_NAME = re.compile(r"[^{}\"=<>!?]{0,64}")
_FEWEST_CELLS = 3
_ALONE = ("status", "error_code", "request")
_TOGETHER = ("path", "model")
_BESIDE = ("duration_ms", "duration_s", "duration_us", "duration_ns", "request_id", "method")


Layout = tuple[tuple[str, ...], str, str | None]
"""The columns of a header, what stands between cells, and the date where the rows tell none."""


def folded(name: str) -> str:
    """Return a column's name as names are compared: small letters and digits alone."""
    return "".join(sign for sign in name.lower() if sign.isalnum())


def parts_of(name: str) -> list[str]:
    """Return the names of the columns that a setting's name stands for: two where it joins two."""
    return re.split(r"[+?]", name)


def headers_among(
    lines: Iterable[tuple[int, str]], settings: Mapping[str, Any], before: Header | None = None
) -> tuple[Header, ...]:
    """Return the headers among numbered lines, `before` them all the one that holds from above.

    A header that comes again unchanged is left out. One without columns holds for rows above the first.
    """
    found = [before] if before else []
    for line_no, line in lines:
        header = (
            _w3c_header(line_no, line, found) if settings["style"] == "w3c" else _csv_header(line_no, line)
        )
        is_one = settings["style"] == "w3c" or (header.columns and fits(header, settings))
        if is_one and (not found or found[-1][1:] != header[1:]):
            found.append(header)
    return tuple(found)


def fits(header: Header, settings: Mapping[str, Any]) -> bool:
    """Tell whether the rows under `header` could be requests of a format with these settings."""
    names = {folded(column) for column in header.columns}
    if not all(folded(name) in names for name in settings.get("required", ())):
        return False
    if any(folded(name) in names for name in settings.get("foreign", ())):
        return False
    told = {
        key
        for key, listed in settings.items()
        if isinstance(listed, list) and any(folded(parts_of(name)[0]) in names for name in listed)
    }
    if not told.isdisjoint(_ALONE):
        return True
    return not told.isdisjoint(_TOGETHER) and not told.isdisjoint(_BESIDE)


def _w3c_header(line_no: int, line: str, above: Sequence[Header]) -> Header:
    """Return what holds from a line on that tells the columns or the date: the other is as above it."""
    told, date = _FIELDS.match(line), _DATE.match(line)
    last = above[-1] if above else Header(0, ())
    columns = tuple(told[1].split()) if told else last.columns
    return Header(line_no, columns, "", date[1] if date else last.date)


def _needs_date(columns: Sequence[str]) -> bool:
    """Tell whether rows tell their time alone, so that their date is the one told above them."""
    names = {folded(column) for column in columns}
    return "time" in names and "date" not in names


def layout_of(header: Header) -> Layout:
    """Return how the rows under a header are read."""
    return header.columns, header.separator, header.date if _needs_date(header.columns) else None


def _csv_header(line_no: int, line: str) -> Header:
    """Return the header that a line would be; one without columns where it cannot be any."""
    separator = max(SEPARATORS, key=line.count)
    try:
        cells = next(
            csv.reader([line.removeprefix("\ufeff")], delimiter=separator, skipinitialspace=True), []
        )
    except csv.Error:
        cells = []
    columns = tuple(cell.strip() for cell in cells)
    are_names = all(_NAME.fullmatch(cell) and not _NUMBER.fullmatch(cell) for cell in columns if cell)
    if len(columns) < _FEWEST_CELLS or not are_names or len({*map(folded, columns)}) < _FEWEST_CELLS:
        columns = ()
    return Header(line_no, columns, separator)
