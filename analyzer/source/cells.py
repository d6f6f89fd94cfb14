"""Tables that are a log of other lines than theirs: each row becomes an object.

Consoles export what they found with a log's lines in a column: Kibana's and Grafana's downloads,
CloudWatch Logs Insights, Splunk (`"@timestamp",message,host`). Such a row becomes `{"timestamp": ...,
"message": ...}`, what the export is as JSON. Tables out of the databases of LiteLLM, One-API and New-API
have cells with JSON in them; such a row becomes an object with all its columns, as they are written as JSON.
Any other table of requests stays as it is.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Sequence

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
    r"status|response_?code|http\.|^error_?(?:code|msg|message)$|^(?:duration|latency|elapsed)"
    r"|^(?:code|path|url|uri|method|model)$",
    re.IGNORECASE,
)
_OF_A_LINE = {"timestamp", "message"}
_OF_UTC = "@message"
"""The column of CloudWatch Logs Insights, whose times are in UTC and do not say so."""

_RECORDS = (
    frozenset(("created_at", "type", "token_name", "model_name", "quota")),
    frozenset(("call_type", "startTime", "endTime", "metadata")),
)
"""Columns by which the tables of One-API and New-API (`logs`) and LiteLLM (`LiteLLM_SpendLogs`) are known."""

_Read = Callable[[Sequence[str]], dict[str, str]]

_REQUEST = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b.* \d{3}\b|HTTP/[\d.]+"
    r'|"(?:status\w*|method|path|url)"\s*:|\b(?:status|method|path)=',
    re.DOTALL,
)
_KIBANA = re.compile(r"([A-Z][a-z]{2} \d{1,2}), (\d{4}) @ (\d\d:\d\d:\d\d\.\d{3})")


def may_be_cells(first: bytes) -> bool:
    """Tell by its first bytes whether a source may be such a table, with a header."""
    return _reader_of(_columns(_text(first.partition(b"\n")[0]))) is not None


def are_cells(first: bytes) -> bool:
    """Tell by its first bytes, `ENOUGH` of them, that rows are records, or their lines tell of requests."""
    rows = _rows(map(_text, first.split(b"\n")))
    return any(row.keys() != _OF_A_LINE or _REQUEST.search(row["message"]) for row in rows)


def cells_text(file: Readable) -> TextReader:
    """Return the rows as objects, one a line, read forward. Raises DamagedError."""
    return TextReader(_texts(file))


def _texts(file: Readable) -> Iterator[memoryview]:
    lines: list[str] = []
    for row in _whole_rows(file):
        lines.append(json.dumps(row, ensure_ascii=False) + "\n")
        if len(lines) == _ROWS:
            yield memoryview("".join(lines).encode("utf-8", "surrogateescape"))
            lines.clear()
    if lines:
        yield memoryview("".join(lines).encode("utf-8", "surrogateescape"))


def _whole_rows(file: Readable) -> Iterator[dict[str, str]]:
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


def _rows(lines: Iterator[str]) -> Iterator[dict[str, str]]:
    header = next(lines, "")
    read = _reader_of(_columns(header))
    if read is not None:
        csv.field_size_limit(_LONGEST_CELL)
        yield from (read(row) for row in csv.reader(lines, delimiter=_separator(header)) if row)


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


def _reader_of(columns: Sequence[str]) -> _Read | None:
    """Return how rows below such a header become objects, None where they are none of these tables."""
    if any(known <= set(columns) for known in _RECORDS):
        return lambda row: dict(zip(columns, row, strict=False))
    folded = [name.lower() for name in columns]
    line = next((name for name in _LINES if name in folded), None)
    time = next((name for name in _TIMES if name in folded), None)
    if line is None or time is None or any(_OF_REQUESTS.search(name) for name in columns):
        return None
    line_at, time_at, zone = folded.index(line), folded.index(time), "Z" if line == _OF_UTC else ""

    def read(row: Sequence[str]) -> dict[str, str]:
        time, told = (row[at] if at < len(row) else "" for at in (time_at, line_at))
        return {"timestamp": _moment(time, zone), "message": told}

    return read
