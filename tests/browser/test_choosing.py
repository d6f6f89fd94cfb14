"""Choosing in the page: several values, by keys, a part of the time beside its own part, and on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, expect

from analyzer.report.scope import Beside, Span
from tests.browser.conftest import Written, opened

pytestmark = pytest.mark.browser

Pages = Callable[..., Written]
WEEK = ("catalog", "week")
MORNING = datetime(2026, 11, 19, 16, tzinfo=UTC)
DAY = {"since": MORNING, "until": MORNING + timedelta(days=1)}


def test_a_filter_takes_several_values_and_waits_for_keys(chromium: Browser, written: Pages) -> None:
    """What is chosen hides no other value; the arrow keys step, and Enter chooses."""
    with opened(chromium, written(*WEEK).page) as page:
        models, chips = page.locator("#filter-model"), page.locator("#chips .chip[data-filter=model]")
        known = models.locator("option").count()
        models.select_option(index=1)
        expect(chips).to_have_count(1)
        assert models.locator("option").count() == known - 1
        models.select_option(index=1)
        expect(chips).to_have_count(2)
        page.locator("#filter-owner").focus()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowDown")
        assert page.locator("#chips .chip[data-filter=owner]").count() == 0
        page.keyboard.press("Enter")
        expect(page.locator("#chips .chip[data-filter=owner]")).to_have_count(1)
        page.emulate_media(media="print")
        expect(chips.first).to_be_visible()
        expect(page.locator("#clear")).to_be_hidden()
        expect(page.locator("#contents")).to_be_hidden()


def test_a_part_of_the_time_stands_beside_its_own_part(chromium: Browser, written: Pages) -> None:
    """The head names the part that is compared; where there is none, nothing is compared."""
    beside = Beside(Span(MORNING - timedelta(hours=30), MORNING - timedelta(hours=24), "other"), "span")
    with opened(chromium, written(*WEEK, **DAY, beside=beside).page) as page:
        named = page.locator(".facts dd").nth(3)
        whole = named.inner_text()
        page.locator("#filter-to").select_option(index=2)
        expect(named).not_to_have_text(whole)
        assert named.inner_text().split(" – ")[0] == whole.split(" – ")[0]
        expect(page.locator("#totals .was").first).to_be_visible()
        last = page.locator("#filter-to option").count() - 1
        page.locator("#filter-to").select_option(index=last)
        page.locator("#filter-from").select_option(index=last - 2)
        expect(page.locator("#totals .was")).to_have_count(0)
        expect(page.locator("#compare")).to_contain_text("Nothing of the compared span lies beside")
