"""Outages, silence, the usual and the verdict, on made-up numbers."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analyzer.config.thresholds import Thresholds
from analyzer.night.due import due
from analyzer.night.period import Period
from analyzer.night.trouble import outages, silent
from analyzer.night.usual import usual_of
from analyzer.night.verdict import crossed_by, verdict_of
from analyzer.store.nights import NightRecord
from tests.night.summaries import CASES, a_summary

START = datetime(2026, 11, 22, tzinfo=UTC)


def slices(rates: list[float], requests: int = 100) -> list[dict[str, Any]]:
    """Return slices of five minutes with these error rates."""
    return [
        {
            "slice": START + timedelta(minutes=5 * number),
            "requests": requests,
            "failures": round(rate * requests),
            "failures_without_rate": 0,
            "own_failures": 0,
            "error_rate": rate if requests else None,
        }
        for number, rate in enumerate(rates)
    ]


@pytest.mark.parametrize(
    ("rates", "requests", "expected"),
    [
        ([0.01] * 20 + [0.9] * 4 + [0.01] * 20, 100, [("01:40", "02:00")]),
        ([0.01] * 20 + [0.9, 0.9, 0.1, 0.9] + [0.01] * 20, 100, [("01:40", "02:00")]),
        (
            [0.01] * 20 + [0.9] * 2 + [0.1] * 2 + [0.9] * 3 + [0.01] * 20,
            100,
            [("02:00", "02:15"), ("01:40", "01:50")],
        ),
        ([0.01] * 20 + [0.9] + [0.01] * 20, 100, []),
        ([0.6] * 40, 100, []),
        ([0.3] * 40 + [0.95] * 4, 100, [("03:20", "03:40")]),
        ([0.01] * 20 + [0.9] * 4 + [0.01] * 20, 5, []),
        ([], 100, []),
    ],
)
def test_an_outage_is_a_stretch_that_stands_out(
    rates: list[float], requests: int, expected: list[tuple[str, str]]
) -> None:
    """Ten minutes or more of mostly failures, of enough requests, beyond what is normal that day."""
    found = [(f"{one.since:%H:%M}", f"{one.until:%H:%M}") for one in outages(slices(rates, requests), UTC)]
    assert found == expected


def test_a_callers_own_errors_are_no_outage() -> None:
    """Where the caller's side has to mend what failed, there is none; beside such errors there may be one."""
    found = slices([0.01] * 20 + [0.9] * 4 + [0.01] * 20)
    for row in found[20:24]:
        row["own_failures"] = 85
    assert outages(found, UTC) == []
    for row in found[20:24]:
        row["own_failures"] = 40
    assert [(one.requests, one.failures) for one in outages(found, UTC)] == [(240, 200)]


def stream(name: str, events: int, first: float, last: float) -> dict[str, Any]:
    """Return a log with its first and last event in hours of the day."""
    moments = {"first_ts": START + timedelta(hours=first), "last_ts": START + timedelta(hours=last)}
    return {"stream": name, "events": events, **moments}


def test_silence_is_measured_by_a_logs_own_pace() -> None:
    """A busy log may pause an hour, a slow one longer; one with hardly an event may be gone."""
    day = Period("nightly", date(2026, 11, 22), ZoneInfo("UTC"))
    before = [stream(name, 1000, -24, 0) for name in "abc"] + [
        stream("slow", 30, -24, 0),
        stream("rare", 5, -24, 0),
    ]
    now = [stream("a", 900, 0, 23.5), stream("b", 900, 0, 20), stream("slow", 20, 0, 18)]
    assert [(one["stream"], one["last"]) for one in silent(day, now, before)] == [
        ("b", "2026-11-22T20:00:00+00:00"),
        ("c", None),
    ]


def test_a_log_that_ends_early_every_day_is_not_silent() -> None:
    """Office hours: one that ended an hour or more before its own end of the day before is."""
    day = Period("nightly", date(2026, 11, 22), ZoneInfo("UTC"))
    before = [stream("office", 1000, -16, -6), stream("broken", 1000, -16, -6)]
    now = [stream("office", 1000, 8, 17.5), stream("broken", 700, 8, 15)]
    assert [one["stream"] for one in silent(day, now, before)] == ["broken"]


def test_the_usual_is_not_said_of_too_few() -> None:
    """Empty periods do not count, and two are no range."""
    rows = [{"events": 10, "requests": n, "failures": 1, "error_rate": None} for n in (5, 7)]
    empty = {"events": 0, "requests": 0, "failures": 0, "error_rate": None}
    assert usual_of([*rows, empty, empty])["requests"] is None
    found = usual_of([*rows, {**rows[0], "requests": 9}, empty])
    assert (found["periods"], found["requests"], found["error_rate"]) == (
        3,
        {"low": 5, "median": 7, "high": 9},
        None,
    )


@pytest.mark.parametrize("case", CASES)
def test_the_worst_that_holds_is_the_verdict(case: str) -> None:
    """Each golden summary says what its numbers say."""
    summary = a_summary(**CASES[case])
    assert verdict_of(summary) == {"first": "quiet"}.get(case, summary["verdict"])


@pytest.mark.parametrize(
    ("rate", "verdict"),
    [(0.0601, "quiet"), (0.0603, "worse"), (0.05, "quiet"), (0.0412, "quiet"), (0.03, "better")],
)
def test_worse_is_beyond_the_usual_and_beyond_chance(rate: float, verdict: str) -> None:
    """A rate within the usual range, or hardly outside of it, is quiet."""
    summary = a_summary(**{**CASES["worse"], "error_rate": rate})
    assert verdict_of(summary) == verdict


def test_few_requests_prove_nothing() -> None:
    """Three failures of ten are chance, whatever is usual."""
    assert (
        verdict_of(a_summary(**{**CASES["worse"], "requests": 10, "failures": 3, "error_rate": 0.3}))
        == "quiet"
    )


def test_thresholds_are_crossed_at_their_limit() -> None:
    """Each threshold says what was found and where it lies; those that are not written are never crossed."""
    summary = a_summary()
    assert crossed_by(summary, Thresholds()) == []
    everything = Thresholds(7.13, 987, 2, 62.0, worse=True, outage=True, silence=True)
    assert [str(one) for one in crossed_by(summary, everything)] == [
        "error_rate is 7.13 % (threshold: 7.13 %)",
        "failures is 987 (threshold: 987)",
        "new_errors is 5 (threshold: 2)",
        "budget is 62.0 % left (threshold: 62 %)",
        "worse",
        "outage",
        "silence",
    ]
    above = Thresholds(7.14, 988, 6, 61.0)
    assert crossed_by(summary, above) == []


def test_what_is_due_is_bounded_and_in_order() -> None:
    """The first night ever is the last one alone; then all since, within the bound."""
    zone, now = ZoneInfo("Europe/Berlin"), datetime(2026, 11, 25, 0, 30, tzinfo=ZoneInfo("Europe/Berlin"))
    assert [one.name for one in due("nightly", zone, now, {}, 7).periods] == ["2026-11-24"]
    recorded = {
        name: NightRecord("nightly", name, outcome)
        for name, outcome in (("2026-11-10", "done"), ("2026-11-22", "failed"), ("2026-11-23", "done"))
    }
    found = due("nightly", zone, now, recorded, 4)
    assert [one.name for one in found.periods] == ["2026-11-21", "2026-11-22", "2026-11-24"]
    assert [one.name for one in found.missed] == [f"2026-11-{day}" for day in range(11, 21)]
    asked_for = {"2026-11-10": NightRecord("nightly", "2026-11-10", "done", by_hand=True)}
    found = due("nightly", zone, now, asked_for, 4)
    assert ([one.name for one in found.periods], found.missed) == (["2026-11-24"], ())
    # One that was asked for and not done is gone on with, within the bound; nothing else comes with it.
    begun = {
        name: NightRecord("nightly", name, "failed", by_hand=True) for name in ("2026-11-10", "2026-11-22")
    }
    found = due("nightly", zone, now, begun, 4)
    assert ([one.name for one in found.periods], found.missed) == (["2026-11-22", "2026-11-24"], ())
    assert [one.name for one in found.by_hand] == ["2026-11-22"]
    found = due(
        "nightly", zone, now, {**begun, "2026-11-23": NightRecord("nightly", "2026-11-23", "done")}, 4
    )
    assert ([one.name for one in found.periods], found.missed) == (["2026-11-22", "2026-11-24"], ())
    weekly = due("weekly", zone, now, {"2026-W40": NightRecord("weekly", "2026-W40", "done")}, 2)
    assert [one.name for one in weekly.periods] == ["2026-W46", "2026-W47"]
    assert [one.name for one in weekly.missed] == ["2026-W41", "2026-W42", "2026-W43", "2026-W44", "2026-W45"]
