"""The calendar over a folder of reports."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import DeliveryError, MissingPathError
from analyzer.report.calendar import write_calendar


def put(folder: Path, day: str, **changes: Any) -> None:
    told = {"day": day, "requests": 1000, "failures": 30, "error_rate": 0.03, "warnings": [], "new": []}
    (folder / f"{day}.json").write_text(json.dumps(told | changes), "utf-8")
    (folder / f"{day}.html").write_text("page", "utf-8")


def test_days_are_links_with_their_rate(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-21")
    put(tmp_path, "2026-11-22", error_rate=0.125, failures=125, new=[{}])
    put(tmp_path, "2026-10-31", error_rate=None, warnings=["no_data"])
    page = write_calendar(tmp_path, "en").read_text("utf-8")
    assert 'href="./2026-11-22.html"' in page
    assert "22 Nov 2026: 12.5% of 1,000 requests failed · new errors: 1" in page
    assert 'class="step-4"' in page
    assert 'class="unknown partial"' in page
    assert page.index("<caption>Nov 2026") < page.index("<caption>Oct 2026")
    assert "Worst day: 22 Nov 2026, 12.5%." in page
    assert "7.8% of 2,000 requests" in page, "the month's own rate"
    assert "<script" not in page


def test_weeks_and_months_link_to_their_own_reports(tmp_path: Path) -> None:
    put(tmp_path, "2026-11-22")
    for name in ("2026-W47", "2026-11"):
        (tmp_path / f"{name}.html").write_text("page", "utf-8")
        told = {"period": name, "requests": 1, "failures": 0, "error_rate": 0.0}
        (tmp_path / f"{name}.json").write_text(json.dumps(told), "utf-8")
    page = write_calendar(tmp_path, "en").read_text("utf-8")
    assert '<a href="./2026-W47.html">47</a>' in page
    assert '<caption><a href="./2026-11.html">Nov 2026</a>' in page
    assert "Other reports" not in page


def test_reports_as_json_are_days_too(tmp_path: Path) -> None:
    overview = {"requests": 10, "failures": 1, "error_rate": 0.1}
    day = {"since": "2026-10-25T00:00:00+02:00", "until": "2026-10-26T00:00:00+01:00"}
    (tmp_path / "sunday.json").write_text(json.dumps({**day, "overview": overview, "changes": None}))
    week = {**day, "since": "2026-10-20T00:00:00+02:00"}
    (tmp_path / "week.json").write_text(json.dumps({**week, "overview": overview}))
    page = write_calendar(tmp_path, "zh").read_text("utf-8")
    assert 'lang="zh-CN"' in page
    assert 'href="./sunday.json"' in page, "without a page, the JSON"
    assert "week.json" not in page
    assert "2026年10月25日" in page


def test_other_files_do_no_harm(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{")
    (tmp_path / "list.json").write_text("[]")
    (tmp_path / "odd.json").write_text('{"day": "soon"}')
    (tmp_path / "javascript:alert(1).html").write_text("x")
    (tmp_path / "<b>&'.html").write_text("x")
    page = write_calendar(tmp_path, "en").read_text("utf-8")
    assert 'href="./javascript%3Aalert%281%29.html"' in page
    assert "<b>" not in page
    assert "No report lies in this folder yet." in page
    assert "index.html" not in write_calendar(tmp_path, "en").read_text("utf-8"), "the index is no report"


def test_it_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    with pytest.raises(MissingPathError, match="there is no folder"):
        write_calendar(tmp_path / "missing", "en")
    (tmp_path / "index.html").mkdir()
    with pytest.raises(DeliveryError, match="cannot be written"):
        write_calendar(tmp_path, "en")
    assert [path.name for path in tmp_path.iterdir()] == ["index.html"]
