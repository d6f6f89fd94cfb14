"""The report as Markdown and JSON, byte for byte, and as a spreadsheet: hostile text does no harm."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from analyzer.report.document import document
from analyzer.report.output import text_of
from analyzer.report.request import Request, asking

GOLDEN = Path(__file__).parents[1] / "golden" / "report"
NOW = datetime(2026, 11, 22, 6, tzinfo=UTC)
REQUESTS = {
    "two_days": Request("2026-11-20", "2026-11-22", "Asia/Shanghai", slo=95.0),
    "whole": Request(time_zone="UTC"),
    "release": Request(time_zone="Europe/Berlin", release="v2.4 <b>=2026-11-20T12:00"),
    "another_span": Request("2026-11-21", time_zone="UTC", compare="2026-11-16..2026-11-17T06:00"),
    "short": Request("2026-11-16", "2026-11-17", "UTC"),
    "nothing": Request("2025-01-01", "2025-01-02", "UTC"),
}

Told = Callable[[Path, Request], dict[str, Any]]


@pytest.fixture
def told(connect: Any) -> Told:
    """Return a function that makes the document of a store."""

    def made(database: Path, request: Request) -> dict[str, Any]:
        connection = connect(database, request.time_zone)
        return document(connection, asking(connection, request, NOW), "9.8.7", NOW)

    return made


def holds(name: str, text: str) -> None:
    """Compare with a golden file; what was made instead is left beside it as .new."""
    golden = GOLDEN / name
    if not golden.exists() or golden.read_text("utf-8") != text:
        golden.with_name(f"{name}.new").write_text(text, "utf-8")
    assert golden.read_text("utf-8") == text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", REQUESTS)
def test_markdown(week: Path, told: Told, name: str, language: str) -> None:
    """What people read, in both languages."""
    request = Request(**{**REQUESTS[name].__dict__, "language": language})
    holds(f"{name}.{language}.md", text_of(told(week, request), "md", language))


def test_json(store: Callable[..., Path], told: Told) -> None:
    """What machines read: the documented names, in their order."""
    request = Request("2026-11-22T00:20", "2026-11-22T01:40", "UTC", slo=99.0)
    holds("hundred.json", text_of(told(store("catalog", "hundred"), request), "json", "en"))


@pytest.mark.parametrize("parts", [("mixed",), ("failures_only",), ("no_failures",), ("untimed",)])
def test_other_stores_have_a_report_too(
    store: Callable[..., Path], told: Told, parts: tuple[str, ...]
) -> None:
    report = told(store("catalog", "week", *parts), Request(time_zone="UTC", slo=99.5))
    for language in ("en", "zh"):
        assert text_of(report, "md", language).startswith("# ")
    rated = report["overview"]["failures"] - report["overview"]["failures_without_rate"]
    for table in ("codes", "owners", "models", "errors", "statuses"):
        assert sum(row["failures"] for row in report[table]) == report["overview"]["failures"]
        assert sum(row["failures"] - row["failures_without_rate"] for row in report[table]) == rated
    assert (report["availability"] is None) == (report["overview"]["requests"] == 0)


def test_an_empty_store_has_a_report(store: Callable[..., Path], told: Told) -> None:
    report = told(store(), Request())
    assert report["overview"]["events"] == 0
    assert "Nothing was logged" in text_of(report, "md", "en")
    assert text_of(report, "csv", "en").count("\n") == 2


@pytest.mark.parametrize(
    ("now", "said"),
    [
        ("2026-11-20T12:00:00+00:00", ["ahead"]),
        ("2026-11-22T06:00:00+00:00", []),
        ("2026-11-25T06:00:00+00:00", ["stale"]),
    ],
)
def test_old_data_and_wrong_clocks_are_said(week: Path, connect: Any, now: str, said: list[str]) -> None:
    """The newest event is compared with the clock, both ways; in words too."""
    moment = datetime.fromisoformat(now)
    connection = connect(week, "UTC")
    report = document(connection, asking(connection, Request(time_zone="UTC"), moment), "9.8.7", moment)
    assert report["warnings"] == said
    words = {"ahead": "lies in the future", "stale": "is not on this page"}
    assert all(words[name] in text_of(report, "md", "en") for name in said)


def test_failures_of_logs_without_requests_are_compared_by_the_hour(
    store: Callable[..., Path], told: Told
) -> None:
    report = told(store("catalog", "week", "failures_only"), Request("2026-11-20", "2026-11-22", "UTC"))
    rows = report["changes"]["rows"]
    assert {row["per"] for row in rows} == {"hour"}
    assert all(row["dispersion"] >= 1 and row["probability"] is not None for row in rows)


def test_hostile_text_is_text_in_every_format(store: Callable[..., Path], told: Told) -> None:
    """No mark-up and no formula of a log is acted on, and what cannot be seen is made visible."""
    report = told(store("catalog", "hostile"), Request(time_zone="UTC"))
    page = text_of(report, "md", "en")
    # What stands between fences is text to every reader of Markdown.
    assert "<" not in re.sub(r"^```text\n.*?\n```$", "", page, flags=re.DOTALL | re.MULTILINE)
    assert "\u202e" not in page
    assert "⟨U+202E⟩" in page
    table = text_of(report, "csv", "en")
    rows = list(csv.DictReader(table.removeprefix("\ufeff").splitlines()))
    for row in rows:
        for cell in row.values():
            assert not cell.startswith(("=", "+", "@", "\t")), cell
            assert not cell.startswith("-") or float(cell) < 0
    assert "\u202e" not in table
    assert "\u202e" not in text_of(report, "json", "en")
    assert json.loads(text_of(report, "json", "en")) == report


def test_the_csv_says_what_the_json_says(week: Path, told: Told) -> None:
    report = told(week, REQUESTS["two_days"])
    text = text_of(report, "csv", "en").removeprefix("\ufeff")
    assert text.endswith("\r\n")
    rows = list(csv.DictReader(text.splitlines()))
    for table in ("models", "codes", "owners", "errors", "api_keys"):
        found = [row for row in rows if row["table"] == table]
        assert [int(row["failures"]) for row in found] == [row["failures"] for row in report[table]]
        assert [int(row["failures_before"]) for row in found] == [
            row["before"]["failures"] for row in report[table]
        ]
