"""A table with a log's lines in a column, as consoles export what they found: one object a row.

So do Kibana's and Grafana's downloads, CloudWatch Logs Insights and Splunk: `"@timestamp",message,host`.
Each row becomes `{"timestamp": ..., "message": ...}`, what such an export is as JSON. A table of requests,
whose columns tell their status, is no such table, and stays as it is.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence

from analyzer.source.compression import DamagedError
from analyzer.source.texts import Readable, TextReader

ENOUGH = 64 * 1024
_BLOCK_BYTES = 1024 * 1024
_ROWS = 1000
_MARK = "\ufeff"
_LONGEST_CELL = 256 * 1024 * 1024

_LINES = (
    "_raw",
    "@message",
    "line",
    "event.original",
    "message",
    "log",
    "msg",
    "textpayload",
    "content",
    "event",
)
_TIMES = ("tsns", "@timestamp", "_time", "timestamp", "time", "datetime", "date")
_OF_REQUESTS = re.compile(
    r"status|response_?code|http\.|^code$|^(?:path|url|uri|method|model)$", re.IGNORECASE
)
_OF_UTC = "@message"
"""The column of CloudWatch Logs Insights, whose times are in UTC and do not say so."""

_REQUEST = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b.* \d{3}\b|HTTP/[\d.]+"
    r'|"(?:status\w*|method|path|url)"\s*:|\b(?:status|method|path)=',
    re.DOTALL,
)
_KIBANA = re.compile(r"([A-Z][a-z]{2} \d{1,2}), (\d{4}) @ (\d\d:\d\d:\d\d\.\d{3})")


def may_be_cells(first: bytes) -> bool:
    """Tell by its first bytes whether a source may be a table with a header in which lines stand."""
    header = _text(first.partition(b"\n")[0])
    return _places(_columns(header)) is not None


def are_cells(first: bytes) -> bool:
    """Tell by its first bytes, `ENOUGH` of them, that the lines in its cells tell of requests."""
    return any(_REQUEST.search(line) for _, line in _rows(map(_text, first.split(b"\n"))))


def cells_text(file: Readable) -> TextReader:
    """Return the rows as objects, one a line, read forward. Raises DamagedError."""
    return TextReader(_texts(file))


def _texts(file: Readable) -> Iterator[memoryview]:
    lines: list[str] = []
    for time, line in _whole_rows(file):
        lines.append(json.dumps({"timestamp": time, "message": line}, ensure_ascii=False) + "\n")
        if len(lines) == _ROWS:
            yield memoryview("".join(lines).encode("utf-8", "surrogateescape"))
            lines.clear()
    if lines:
        yield memoryview("".join(lines).encode("utf-8", "surrogateescape"))


def _whole_rows(file: Readable) -> Iterator[tuple[str, str]]:
    try:
        yield from _rows(_lines(file))
    except csv.Error as error:
        raise DamagedError(f"the table cannot be read ({error})") from error


def _lines(file: Readable) -> Iterator[str]:
    held = b""
    while block := file.read(_BLOCK_BYTES):
        *whole, held = (held + block).split(b"\n")
        yield from map(_text, whole)
    if held:
        yield _text(held)


def _text(line: bytes) -> str:
    """Return a line as the `csv` module takes it, which knows no other line end within an unquoted cell."""
    return line.removesuffix(b"\r").replace(b"\r", b" ").decode("utf-8", "surrogateescape") + "\n"


def _rows(lines: Iterator[str]) -> Iterator[tuple[str, str]]:
    """Give the time and the line of each row; a row that lacks either has an empty text for it."""
    header = next(lines, "")
    places = _places(_columns(header))
    if places is None:
        return
    line_at, time_at, zone = places
    csv.field_size_limit(_LONGEST_CELL)
    for row in csv.reader(lines, delimiter=_separator(header)):
        if not row:
            continue
        time = row[time_at] if time_at < len(row) else ""
        yield _moment(time, zone), row[line_at] if line_at < len(row) else ""


def _moment(time: str, zone: str) -> str:
    """Return a time as it is written elsewhere: Kibana's has words that no other has."""
    found = _KIBANA.fullmatch(time)
    if found:
        return f"{found[1]} {found[2]} {found[3]}"
    return time + zone if time and time[-1].isdigit() and not time.isdigit() else time


def _separator(header: str) -> str:
    return max(",;\t", key=header.count)


def _columns(header: str) -> list[str]:
    row = next(csv.reader([header.removeprefix(_MARK).strip()], delimiter=_separator(header)), [])
    return [name.strip() for name in row]


def _places(columns: Sequence[str]) -> tuple[int, int, str] | None:
    """Return where a row's line and its time stand, and the zone of times that tell none."""
    folded = [name.lower() for name in columns]
    line = next((name for name in _LINES if name in folded), None)
    time = next((name for name in _TIMES if name in folded), None)
    if line is None or time is None or any(_OF_REQUESTS.search(name) for name in columns):
        return None
    return folded.index(line), folded.index(time), "Z" if line == _OF_UTC else ""
