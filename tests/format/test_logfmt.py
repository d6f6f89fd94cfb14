"""logfmt: pairs, their escapes, and what is no request."""

from __future__ import annotations

from typing import Any

import pytest

from analyzer.format.definition import load_formats
from analyzer.format.trial import load_lines, take_apart, trial_connection

LOGFMT = load_formats()["logfmt"]


def row(line: str) -> dict[str, Any]:
    """Take one line apart."""
    connection = trial_connection()
    load_lines(connection, [line])
    return take_apart(connection, LOGFMT)[0]


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("plain", "plain"),
        ('"two words"', "two words"),
        (r'"a \"quoted\" word"', 'a "quoted" word'),
        (r'"tab\tand\nline"', "tab\tand\nline"),
        (r'"\x41 \u00e9"', "A é"),
        (r"C:\temp", r"C:\temp"),
        (r'"bad \q escape"', r"bad \q escape"),
        ('"请求过多"', "请求过多"),
        ('"a=b c=d"', "a=b c=d"),
    ],
)
def test_a_value_and_its_escapes(written: str, read: str) -> None:
    """Bare and quoted values are read as they were meant; an unknown escape stays."""
    found = row(f"time=2026-11-20T08:00:00Z status=500 path=/x error={written} end=1")
    assert (found["outcome"], found["error_message"]) == ("event", read)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('time=2026-11-20T08:00:00Z status=200 path=/x msg="cut sho', "unreadable_line"),
        ("no pairs at all", "not_a_request"),
        ('it is 5" long', "not_a_request"),
        ("level=info msg=started pid=200", "not_a_request"),
        ("level=info msg=exit status=0", "not_a_request"),
        ("level=info msg=start method=GET path=/x request_id=r-1", "not_a_request"),
        ('level=error msg="runner died" error="timed out"', "not_a_request"),
    ],
)
def test_lines_that_are_no_requests(line: str, reason: str) -> None:
    """A line cut short is damaged; prose, a program's end and a request's start carry none."""
    assert row(line)["reason"] == reason


@pytest.mark.parametrize(
    ("told", "milliseconds"),
    [
        ("duration=1.5ms", 1.5),
        ("duration=5m0s", 300_000.0),
        ("service=30001ms", 30001.0),
        ("duration=58.33", 58.33),
        ("duration_s=0.5", 500.0),
        ("elapsed=0.25", 250.0),
        ("latency=261.5µs", 0.2615),
        ("duration=<nil>", None),
    ],
)
def test_durations_have_units(told: str, milliseconds: float | None) -> None:
    """A value's own unit goes before its name's."""
    assert row(f"time=2026-11-20T08:00:00Z status=200 path=/x {told}")["duration_ms"] == pytest.approx(
        milliseconds
    )


def test_a_time_before_the_names() -> None:
    """What a logger writes in front is the time where no name tells one."""
    found = row("I, [2026-11-20T08:00:00.250000 #42]  INFO -- : method=GET path=/x status=200 duration=5")
    assert found["ts"] == 1_795_161_600_250_000
