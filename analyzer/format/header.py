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

    A header that comes again unchanged is left out.
    """
    found = [before] if before else []
    date = before.date if before else None
    for line_no, line in lines:
        if settings["style"] == "w3c":
            told = _DATE.match(line)
            date = told[1] if told else date
            columns = found[-1].columns if told and found else _w3c_columns(line)
            header = Header(line_no, columns, "", _date_for(columns, date))
        else:
            header = _csv_header(line_no, line)
        if header.columns and fits(header, settings) and (not found or found[-1][1:] != header[1:]):
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


def _w3c_columns(line: str) -> tuple[str, ...]:
    found = _FIELDS.match(line)
    return tuple(found[1].split()) if found else ()


def _date_for(columns: Sequence[str], date: str | None) -> str | None:
    """Return the date of rows that tell their time alone."""
    names = {folded(column) for column in columns}
    return date if "time" in names and "date" not in names else None


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
