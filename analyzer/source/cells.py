"""Tables that are a log of other lines than theirs: each row becomes an object.

Consoles export what they found with a log's lines in a column: Kibana's and Grafana's downloads,
CloudWatch Logs Insights, Splunk (`"@timestamp",message,host`). Such a row becomes `{"timestamp": ...,
"message": ...}`, what the export is as JSON. Tables out of the databases of LiteLLM, One-API and New-API
have cells with JSON in them; such a row becomes an object with all its columns, as they are written as JSON.
Any other table of requests stays as it is.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from analyzer.source.compression import DamagedError
from analyzer.source.texts import Readable, TextReader

ENOUGH = 1024 * 1024
"""So many bytes tell whether rows tell of requests: start-up messages may stand before them."""

_BLOCK_BYTES = 1024 * 1024
_ROWS = 1000
_MARK = "\ufeff"
_LONGEST_CELL = 256 * 1024 * 1024

_LINES = (
    "_raw",
    "@message",
    "event.original",
    "message",
    "msg",
    "line",
    "log",
    "textpayload",
    "content",
    "event",
)
"""The column with the line. `line` and `log` beside a message are a line's number and a log's name."""

_TIMES = ("tsns", "@timestamp", "_time", "timestamp", "time", "datetime", "date")
_OF_REQUESTS = re.compile(
    r"status|response_?code|http\.|^err(?:or)?_?(?:code|msg|message)$|^(?:duration|latency|elapsed)"
    r"|^(?:code|path|url|uri|method|model)$|状态码|响应码|方法|路径|^接口|请求地址|模型|错误|失败原因|耗时|响应时间",
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

_RECORD_TIMES = {"created_at", "startTime"}

_Read = Callable[[Sequence[str], bool], dict[str, str]]
"""Makes a row an object; where its last cell may not have come whole, of the cells before it."""

_REQUEST = re.compile(
    r"\b(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b[^\n]{0,500} \d{3}\b|HTTP/[\d.]+"
    r'|"(?:status\w*|method|path|url)"\s*:|\b(?:status|method|path)='
)
_TRIED = 4096
"""So much of a cell is looked at for a request."""

_KIBANA = re.compile(r"([A-Z][a-z]{2} \d{1,2}), (\d{4}) @ (\d\d:\d\d:\d\d\.\d{3})")


def may_be_cells(first: bytes) -> bool:
    """Tell by its first bytes whether a source may be such a table, with a header that may go on."""
    header, end, _ = first.partition(b"\n")
    columns = _columns(_text(header))
    return _reader_of(columns) is not None or (not end and _has_time(columns))


def _has_time(columns: Sequence[str]) -> bool:
    return not _RECORD_TIMES.isdisjoint(columns) or any(name.lower() in _TIMES for name in columns)


def are_cells(first: bytes) -> bool:
    """Tell by its first bytes, `ENOUGH` of them, that rows are records, or their lines tell of requests."""
    rows = (row.fields for row in _rows(_Lines(io.BytesIO(first))))
    return any(not row.keys() <= _OF_A_LINE or _tells_a_request(row.get("message", "")) for row in rows)


def _tells_a_request(text: str) -> bool:
    return _REQUEST.search(text[:_TRIED]) is not None


def cells_text(file: Readable) -> TextReader:
    """Return the rows as objects, one a line, read forward. Raises DamagedError."""
    return TextReader(_texts(file))


def _texts(file: Readable) -> Iterator[memoryview]:
    """Write rows, the last one so that what is written stays as it is when more of it comes."""
    lines: list[str] = []
    try:
        for row in _rows(_Lines(file)):
            text = json.dumps(row.fields, ensure_ascii=False)
            lines.append(text[:-1] if row.is_cut else text if row.is_last else text + "\n")
            if len(lines) == _ROWS:
                yield memoryview("".join(lines).encode("utf-8", "surrogateescape"))
                lines.clear()
    except csv.Error as error:
        raise DamagedError(f"the table cannot be read ({error})") from error
    if lines:
        yield memoryview("".join(lines).encode("utf-8", "surrogateescape"))


class _Lines:
    """The lines of a table as the `csv` module takes them: unquoted cells hold no other line ends.

    `last` is the line without an end, once it was given; `ended` says that there are no more.
    """

    def __init__(self, file: Readable) -> None:
        self.last: str | None = None
        self.ended = False
        self._file = file

    def __iter__(self) -> Iterator[str]:
        held = b""
        while block := self._file.read(_BLOCK_BYTES):
            *whole, held = (held + block).split(b"\n")
            yield from (_text(line) + "\n" for line in whole)
        if held:
            self.last = _text(held)
            yield self.last
        self.ended = True


def _text(line: bytes) -> str:
    return line.removesuffix(b"\r").replace(b"\r", b" ").decode("utf-8", "surrogateescape")


class _Row(NamedTuple):
    """A row as an object. `is_cut` says that it has not come whole, `is_last` that it lacks its line end."""

    fields: dict[str, str]
    is_cut: bool
    is_last: bool


def _rows(lines: _Lines) -> Iterator[_Row]:
    given = iter(lines)
    header = next(given, "")
    columns = _columns(header)
    read = _reader_of(columns)
    if read is None:
        return
    csv.field_size_limit(_LONGEST_CELL)
    for row in csv.reader(given, delimiter=_separator(header)):
        if not row:
            continue
        # A quote that never ends takes the end of the table for a part of its cell.
        is_last = lines.last is not None
        is_cut = lines.ended or (is_last and len(row) < len(columns))
        yield _Row(read(row, is_cut), is_cut, is_last)


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
        return lambda row, is_cut: dict(zip(columns, row[:-1] if is_cut else row, strict=False))
    folded = [name.lower() for name in columns]
    line = next((name for name in _LINES if name in folded), None)
    time = next((name for name in _TIMES if name in folded), None)
    if line is None or time is None or any(_OF_REQUESTS.search(name) for name in columns):
        return None
    line_at, zone = folded.index(line), "Z" if line == _OF_UTC else ""
    times = [
        folded.index(name) for name in (("date", "time") if {"date", "time"} <= set(folded) else (time,))
    ]

    def read(row: Sequence[str], is_cut: bool) -> dict[str, str]:
        time = " ".join(row[at] for at in times if at < len(row))
        known = {"timestamp": _moment(time, zone)}
        if is_cut:
            # What stands in the object's order before a cell that has not come whole.
            return known if max(times) < len(row) - 1 else {}
        return known | {"message": row[line_at] if line_at < len(row) else ""}

    return read
