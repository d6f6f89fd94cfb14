"""What no entry explains is the same count wherever the page names it, and its messages can be read."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Written, opened, settled

pytestmark = pytest.mark.browser
expect.set_options(timeout=10_000)

Pages = Callable[..., Written]


def numbers(text: str) -> list[int]:
    """Return the whole numbers of a text."""
    return [int(found.replace(",", "")) for found in re.findall(r"(?<![\d.])\d[\d,]*(?![\d.%])", text)]


def fault(page: Page, name: str) -> int:
    """Return the failures of a row of who has to act."""
    row = page.locator("#faults tr", has=page.get_by_role("rowheader", name=name, exact=True))
    return numbers(row.locator("td").first.inner_text())[0]


@pytest.mark.parametrize("fragment", ["", "#status=499&status=502"])
def test_clients_that_went_away_are_told_among_what_no_entry_explains(
    chromium: Browser, written: Pages, fragment: str
) -> None:
    """The total and the panel name them, and with the two rows of who has to act the sum is right."""
    with opened(chromium, written("catalog", "week", "gone").page, fragment=fragment) as page:
        settled(page)
        gone = fault(page, "Unknown: client went away")
        outside = gone + fault(page, "Unknown: otherwise not in the catalogue")
        assert gone
        note = page.locator("[data-total=catalogued] .note").inner_text()
        assert numbers(note) == [outside, gone]
        assert note.endswith("the client went away")
        assert numbers(page.locator("#panel-uncatalogued .says").inner_text()) == [outside, gone]


def test_a_long_message_is_not_a_column_of_letters(chromium: Browser, written: Pages) -> None:
    """On a phone the messages of a table keep a width at which they can be read, by moving the table."""
    with opened(chromium, written("catalog", "week", "gone").page, 390) as page:
        cells = page.locator("#panel-uncatalogued td.long")
        widths = cells.evaluate_all("(cells) => cells.map((cell) => cell.getBoundingClientRect().width)")
        assert widths
        assert min(widths) >= 200
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
