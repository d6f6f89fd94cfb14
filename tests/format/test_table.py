"""Tables: headers found and matched, rows cut, rows that span lines put together."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.detect import detect
from analyzer.format.header import headers_among
from analyzer.format.hints import Header
from analyzer.format.trial import load_lines, take_apart, trial_connection

FORMATS = load_formats()


def rows(format: str, *lines: str) -> list[dict[str, Any]]:
    """Take lines apart."""
    connection = trial_connection()
    load_lines(connection, lines)
    return take_apart(connection, FORMATS[format])


@pytest.mark.parametrize(
    "header",
    [
        "time,status code,path,method",
        "Time;Status-Code;Path;Method",
        "TIME|STATUS_CODE|PATH|METHOD",
        "time\tstatusCode\tpath\tmethod",
        '\ufeff"time", "Status Code", "path", "method"',
    ],
)
def test_a_header_in_any_spelling_and_separator(header: str) -> None:
    """Case, signs and the sign between cells do not matter."""
    mark = next(sign for sign in ",;|\t" if sign in header)
    row = mark.join(["2026-11-20T08:00:00Z", "429", "/v1/x", "GET"])
    found = rows("csv", header, row)
    assert [one["outcome"] for one in found] == ["reject", "event"]
    assert (found[1]["status"], found[1]["path"], found[1]["method"]) == (429, "/v1/x", "GET")


@pytest.mark.parametrize(
    "line",
    ["time,status", "1,200,/x", "a = b, c, d", '{"status": 200, "path": "/x", "a": 1}', "name,size,weight"],
)
def test_what_is_no_header(line: str) -> None:
    """Too few cells, numbers, signs of another kind of line, or no name that a request needs."""
    assert headers_among([(1, line)], FORMATS["csv"].settings) == ()


def test_a_header_holds_until_another_comes() -> None:
    """The rows of each stretch are read by its own columns; the header from above holds until then."""
    before = Header(1, ("date", "time", "sc-status", "cs-uri-stem"))
    found = headers_among(
        [(7, "#Fields: date time sc-status cs-uri-stem"), (9, "#Fields: date time cs-uri-stem sc-status")],
        FORMATS["w3c"].settings,
        before,
    )
    assert [header.line_no for header in found] == [1, 9], "one that comes again unchanged is left out"


def test_rows_above_the_first_header() -> None:
    """Without its header a W3C row cannot be read; a title above a table is no row at all."""
    w3c = rows("w3c", "2026-11-20 08:00:00 /x 200", "#Fields: date time cs-uri-stem sc-status")
    assert [one["reason"] for one in w3c] == ["unreadable_line", "not_a_request"]
    csv = rows("csv", "a title", "time,status,path,method", "2026-11-20T08:00:00Z,200,/x,GET")
    assert [one["reason"] for one in csv] == ["not_a_request", "not_a_request", None]


def test_one_open_quote_does_not_turn_the_rest_inside_out() -> None:
    """A quote that is never closed damages its own row, and no other."""
    found = rows(
        "csv",
        "time,status,path,method",
        '2026-11-20T08:00:00Z,200,"/never closed,GET',
        *(f"2026-11-20T08:00:{second:02},200,/x,GET" for second in range(1, 30)),
    )
    assert [one["outcome"] for one in found] == ["reject", "reject", *["event"] * 29]


def test_a_cell_of_many_lines_is_one_row() -> None:
    """Its further lines are continuation, whatever they hold; its text is whole."""
    text = "\n".join(["Traceback", 'File ""a.py"", line 1', "a, b", "ValueError"])
    found = rows("csv", "time,status,path,error", *f'2026-11-20T08:00:00Z,500,/x,"{text}"'.split("\n"))
    assert [one["outcome"] for one in found] == ["reject", "event", *["continuation"] * 3]
    assert found[1]["error_message"] == text.replace('""', '"')


@pytest.mark.parametrize(
    ("taken", "milliseconds"), [("15", 15.0), ("0.015", 15.0), ("1.5", 1500.0), ("-", None)]
)
def test_time_taken_with_a_point_is_in_seconds(taken: str, milliseconds: float | None) -> None:
    """The standard counts seconds with a fraction, IIS whole milliseconds."""
    found = rows("w3c", "#Fields: date time sc-status time-taken", f"2026-11-20 08:00:00 200 {taken}")
    assert found[1]["duration_ms"] == milliseconds


def test_cloudfront_and_iis_are_told_apart() -> None:
    """Both are W3C logs with a column time-taken: seconds there, milliseconds here."""
    row = "2026-11-20\t08:00:00\tFRA2\t10.0.0.7\tGET\t/x\t200\t2.000"
    lines = ["#Fields: date time x-edge-location c-ip cs-method cs-uri-stem sc-status time-taken", row]
    found = detect(lines, FORMATS.values())
    assert found.chosen is FORMATS["cloudfront"]
    assert rows("cloudfront", *lines)[1]["duration_ms"] == 2000.0


def test_a_date_is_handed_on_to_rows_that_tell_a_time_alone() -> None:
    """It may have been told in an earlier batch, under other columns or before any."""
    settings = FORMATS["w3c"].settings
    for before in (None, Header(1, ("date", "time", "sc-status"))):
        above = headers_among([(5, "#Date: 2026-11-21 08:00:00")], settings, before)
        below = headers_among([(6, "#Fields: time sc-status")], settings, above[-1])
        assert below[-1] == Header(6, ("time", "sc-status"), "", "2026-11-21")
