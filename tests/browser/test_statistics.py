"""The page's statistics in a real browser say what the Python ones say, on one table of cases."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from analyzer.report.assets import static_text
from analyzer.report.statistics import adjusted, change_probability, dispersion

pytestmark = pytest.mark.browser

CASES: dict[str, list[Any]] = json.loads(
    (Path(__file__).parents[1] / "report" / "statistics.json").read_text("utf-8")
)
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ASK = """(cases) => ({
    counts: cases.counts.map((c) => changeProbability(c.failures, c.before, c.exposure, c.exposure_before)),
    large: cases.large.map(
        (c) => changeProbability(c.failures, c.before, c.exposure, c.exposure_before, c.dispersion)),
    spans: cases.spans.map((spans) => dispersionOf(spans)),
    families: cases.families.map((family) => adjustedProbabilities(family)),
})"""


def test_both_languages_say_the_same() -> None:
    """Each p-value, dispersion and adjusted p-value agrees to nine digits."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.add_script_tag(content=static_text("page/35-statistics.js"))
        found = page.evaluate(ASK, CASES)
        browser.close()
    counted = ("failures", "before", "exposure", "exposure_before")
    expected = {
        "counts": [change_probability(*(case[name] for name in counted)) for case in CASES["counts"]],
        "large": [
            change_probability(*(case[name] for name in counted), dispersion=case["dispersion"])
            for case in CASES["large"]
        ],
        "spans": [dispersion(spans) for spans in CASES["spans"]],
    }
    for name, values in expected.items():
        assert found[name] == pytest.approx(values, rel=1e-9, abs=1e-300), name
    for family, answer in zip(CASES["families"], found["families"], strict=True):
        assert answer == [None if value is None else pytest.approx(value) for value in adjusted(family)]
