"""Times that cannot be read, or that can be read in two ways: what is stored, and what a person is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from analyzer.ingest.told import notes


def jsonl(*times: str) -> list[str]:
    """Return a failed request at each of some times."""
    return [f'{{"time":"{time}","method":"GET","path":"/a","status":500}}' for time in times]


def test_a_time_that_cannot_be_read_is_told(laboratory: Any, write: Callable[..., Path]) -> None:
    """Such a line has the time of the one above it; one that tells no time has it without a word."""
    lines = jsonl("2026-11-20T08:00:00Z", "2026-13-45T99:00:00Z", "1926-01-01T00:00:00Z")
    path = write([*lines, '{"method":"GET","path":"/a","status":500}'])
    totals = laboratory.ingest(path)
    assert laboratory.events("epoch(ts)::BIGINT - 1795161600") == [(0,)] * 4
    assert notes(totals, "UTC") == [
        f"{path}: the time of 2 events cannot be read, that of line 2 first; "
        "the time of the line above stands in its place"
    ]


def test_readable_times_are_not_told_of(laboratory: Any, write: Callable[..., Path]) -> None:
    """A line without a time of its own, and a dash in its place, are no errors."""
    lines = [*jsonl("2026-11-20T08:00:00Z", "-", ""), '{"method":"GET","path":"/a","status":200}']
    assert notes(laboratory.ingest(write(lines)), "UTC") == []


def test_a_clients_time_that_cannot_be_read_is_told(laboratory: Any, write: Callable[..., Path]) -> None:
    """The head of a record in a text log too."""
    request = (
        'INFO httpx: HTTP Request: POST https://a.example/v1/videos "HTTP/1.1 500 Internal Server Error"'
    )
    path = write([f"2026-11-20 08:00:00,000 {request}", f"2026-11-31 08:00:00,000 {request}"])
    totals = laboratory.ingest(path, format="python-client")
    assert laboratory.events("epoch(ts)::BIGINT - 1795161600") == [(0,), (0,)]
    assert "the time of 1 event cannot be read, that of line 2 first" in notes(totals, "UTC")[0]


def days(laboratory: Any) -> list[tuple[Any, ...]]:
    """Return the stored days in the order of the lines."""
    return list(laboratory.events("strftime(ts AT TIME ZONE 'UTC', '%m-%d')"))


DATES = ("03/11/2026 08:00:00", "25/11/2026 08:00:00", "04/11/2026 08:00:00")


@pytest.mark.parametrize("is_table", [False, True])
def test_one_day_above_twelve_says_that_the_day_is_first(
    laboratory: Any, write: Callable[..., Path], is_table: bool
) -> None:
    """Of all lines of the log, in JSON and in a table; nothing has to be told then."""
    table = ["time,method,path,status", *(f"{date},GET,/a,500" for date in DATES)]
    totals = laboratory.ingest(write(table if is_table else jsonl(*DATES)))
    assert days(laboratory) == [("11-03",), ("11-25",), ("11-04",)]
    assert [note for note in notes(totals, "UTC") if "zone" not in note] == []


def test_the_day_stays_first_as_the_log_grows(laboratory: Any, write: Callable[..., Path]) -> None:
    """What a later run reads is read as what an earlier one did, whatever stood between them."""
    path = write(jsonl(*DATES))
    laboratory.ingest(path)
    laboratory.ingest(write(jsonl("11/25/2026 08:00:00", "03/11/2026 08:00:00"), "other.log"))
    path.write_text("\n".join(jsonl(*DATES, "05/11/2026 08:00:00")) + "\n")
    laboratory.ingest(path)
    assert days(laboratory) == [("11-03",), ("11-25",), ("11-04",), ("11-05",), ("11-25",), ("03-11",)]


def test_dates_that_say_nothing_are_told(laboratory: Any, write: Callable[..., Path]) -> None:
    """Where either number may be the month, the first is taken for it, and it is said."""
    path = write(jsonl("03/11/2026 08:00:00", "04/11/2026 08:00:00"))
    totals = laboratory.ingest(path)
    assert days(laboratory) == [("03-11",), ("04-11",)]
    assert any("03/11/2026 were read with the month first" in note for note in notes(totals, "UTC"))


def test_dates_elsewhere_in_a_line_do_not_count(laboratory: Any, write: Callable[..., Path]) -> None:
    """A date in a prompt is none of the log's."""
    line = '{"ts":"2026-11-20T08:00:00Z","path":"/a","status":200,"prompt":"on 03/11/2026 at noon"}'
    assert notes(laboratory.ingest(write([line])), "UTC") == []


@pytest.mark.parametrize(
    ("time", "zone", "expected"),
    [
        ("2026-11-20 08:00:00 CST", "UTC", "2026-11-20T14:00:00"),
        ("2026-11-20 08:00:00 CST", "Asia/Shanghai", "2026-11-20T00:00:00"),
        ("Fri Nov 20 08:00:00 CST 2026", "UTC", "2026-11-20T14:00:00"),
        ("Fri Nov 20 08:00:00 CST 2026", "Asia/Shanghai", "2026-11-20T00:00:00"),
        ("Fri Nov 20 08:00:00 UTC 2026", "Asia/Shanghai", "2026-11-20T08:00:00"),
    ],
)
def test_zones_by_their_letters(
    laboratory: Any, write: Callable[..., Path], time: str, zone: str, expected: str
) -> None:
    laboratory.ingest(write(jsonl(time)), time_zone=zone)
    assert laboratory.event()["ts"].startswith(expected)


def test_a_format_that_finds_no_request_is_told_of(laboratory: Any, write: Callable[..., Path]) -> None:
    """A format that a person named is not doubted, but what it finds is told."""
    path = write(["10.0.0.7 is fine", "so is 10.0.0.8"])
    (said,) = notes(laboratory.ingest(path, format="gin"), "UTC")
    assert said.startswith(f"{path}: 'gin' finds no request in any of its lines (2)")
