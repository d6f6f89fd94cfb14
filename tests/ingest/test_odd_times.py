"""Times that cannot be read, or that can be read in two ways: what is stored, and what a person is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

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
    request = 'INFO httpx: HTTP Request: POST https://a.example/v1/videos "HTTP/1.1 500 Internal Server Error"'
    path = write([f"2026-11-20 08:00:00,000 {request}", f"2026-11-31 08:00:00,000 {request}"])
    totals = laboratory.ingest(path, format="python-client")
    assert laboratory.events("epoch(ts)::BIGINT - 1795161600") == [(0,), (0,)]
    assert "the time of 1 event cannot be read, that of line 2 first" in notes(totals, "UTC")[0]
