"""The summary's page for people."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.night.markdown import escape, markdown
from analyzer.text import texts

GOLDEN = Path(__file__).parent.parent / "golden" / "night"


def an_error(code: str, failures: int, before: int, **changes: Any) -> dict[str, Any]:
    """Return an error as the summary lists it."""
    return {
        "level": "entry",
        "entry_id": f"entry-{code}",
        "code": code,
        "message": "Too many requests.",
        "category": "rate_limit",
        "owner": "caller",
        "remedy": "Send fewer requests.",
        "failures": failures,
        "failures_before": before,
        "first_seen": "2026-11-22T08:00:00+08:00",
        "last_seen": "2026-11-22T18:00:00+08:00",
        **changes,
    }


def a_summary(**changes: Any) -> dict[str, Any]:
    """Return the summary of a day on which something of every kind happened."""
    return {
        "version": "0.1.0",
        "day": "2026-11-22",
        "time_zone": "Asia/Shanghai",
        "since": "2026-11-22T00:00:00+08:00",
        "until": "2026-11-23T00:00:00+08:00",
        "data_until": "2026-11-22T18:03:00+08:00",
        "warnings": ["ends_early"],
        "requests": 12345,
        "failures": 987,
        "error_rate": 0.0713,
        "failures_without_rate": 107,
        "uncatalogued": 12,
        "before": {
            "day": "2026-11-21",
            "requests": 11000,
            "failures": 660,
            "error_rate": 0.06,
            "failures_without_rate": 0,
            "uncatalogued": 9,
        },
        "owners": [
            {"owner": "caller", "failures": 900, "share": 0.9119, "failures_before": 600},
            {"owner": "provider", "failures": 87, "share": 0.0881, "failures_before": 60},
        ],
        "remedies": [
            {
                "remedy_id": "slow-down",
                "remedy": "Send fewer requests, or ask for a higher limit.",
                "action": "slow_down",
                "owner": "caller",
                "failures": 600,
                "share": 0.6079,
                "entry_ids": ["a"],
                "error_rate_after": 0.0227,
            },
            {
                "remedy_id": "ticket",
                "remedy": "Open a ticket.",
                "action": "open_ticket",
                "owner": "provider",
                "failures": 87,
                "share": 0.0881,
                "entry_ids": ["b"],
                "error_rate_after": 0.0643,
            },
        ],
        "new": [
            an_error("ModelArts.81101", 300, 0),
            *(an_error(f"[x](http://evil) <b>|{n}", 9, 0, message=None, owner="unknown") for n in range(6)),
        ],
        "gone": [an_error("ModelArts.81003", 0, 12)],
        "grown": [an_error("ModelArts.81102", 80, 20)],
        "fallen": [],
        **changes,
    }


EMPTY = {
    "warnings": ["no_data", "no_data_before"],
    "data_until": None,
    "requests": 0,
    "failures": 0,
    "error_rate": None,
    "remedies": [],
    "owners": [],
    "new": [],
    "gone": [],
    "grown": [],
    "before": {**a_summary()["before"], "requests": 0, "failures": 0, "error_rate": None},
}
CASES = {"whole": {}, "empty": EMPTY, "first": {"warnings": ["no_data_before", "not_over"], "new": []}}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_the_page_is_as_people_read_it(case: str, language: str, tmp_path: Path) -> None:
    """The page equals its golden file, byte for byte; what was made instead is left beside it as .new."""
    page = markdown(a_summary(**CASES[case]), texts(language))
    golden = GOLDEN / f"{case}.{language}.md"
    if not golden.exists() or golden.read_text(encoding="utf-8") != page:
        golden.with_suffix(".md.new").write_text(page, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == page


@given(st.text(max_size=60))
def test_a_logs_text_is_one_plain_line(text: str) -> None:
    """Whatever a log says: no line ends, no tag opens, no sign of Markdown stands without its backslash."""
    escaped = escape(text)
    assert "\n" not in escaped
    assert "<" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~>]", re.sub(r"\\[\\`*_\[\]|~>]", "", escaped))
