"""The report in a real browser: it draws, it fits, it can be used by everyone, and log text does not run."""

from __future__ import annotations

import base64
import csv
import gzip
import io
import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect

from analyzer.report.payload import packed
from tests.browser.conftest import PATIENCE, Written, opened, settled

pytestmark = pytest.mark.browser
expect.set_options(timeout=PATIENCE)

Pages = Callable[..., Written]
KINDS = {
    "week": ("catalog", "week"),
    "hostile": ("catalog", "hostile"),
    "failures_only": ("catalog", "week", "failures_only"),
    "no_failures": ("catalog", "week", "no_failures"),
    "untimed": ("catalog", "week", "untimed"),
    "empty": ("catalog",),
}
DEFINES = 'definePanel("models"'
OPEN_ALL = "() => document.querySelectorAll('details').forEach((part) => { part.open = true; })"
DAY = {"since": datetime(2026, 11, 19, 16, tzinfo=UTC), "until": datetime(2026, 11, 20, 16, tzinfo=UTC)}


@pytest.mark.parametrize("kind", [*KINDS, "compared"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_all_kinds_fit(chromium: Browser, written: Pages, kind: str, width: int) -> None:
    """Nothing reaches beyond the window's width, with everything opened."""
    options = {**DAY, "slo": 95.0} if kind == "compared" else {}
    file = written(*KINDS.get(kind, KINDS["week"]), **options).page
    with opened(chromium, file, width, scheme="dark" if width < 400 else "light") as page:
        page.evaluate(OPEN_ALL)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for section in page.locator("section.section:visible").all():
            box = section.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width


def test_charts_are_drawn_named_and_follow_the_scheme(chromium: Browser, written: Pages) -> None:
    """Each is drawn when it comes into sight; it follows when the system turns dark, unloaded."""
    with opened(chromium, written(*KINDS["week"]).page) as page:
        for chart in page.locator(".chart:visible").all():
            chart.scroll_into_view_if_needed()
            expect(chart.locator("svg").first).to_be_attached()
            assert len(chart.get_attribute("aria-label") or "") > 20
        page.locator("#panel-over_time").scroll_into_view_if_needed()
        legend, body = page.locator("#panel-over_time text.legendtext").first, page.locator("body")
        ink = legend.evaluate("(text) => getComputedStyle(text).fill")
        paper = body.evaluate("(body) => getComputedStyle(body).backgroundColor")
        page.emulate_media(color_scheme="dark")
        expect(legend).not_to_have_css("fill", ink)
        expect(body).not_to_have_css("background-color", paper)


def test_a_click_on_a_bar_filters(chromium: Browser, written: Pages) -> None:
    with opened(chromium, written(*KINDS["week"]).page) as page:
        page.locator("#panel-codes").scroll_into_view_if_needed()
        bar = page.locator("#panel-codes .chart .bars .point path").first
        expect(bar).to_be_attached()
        page.wait_for_timeout(500)
        box = bar.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2, steps=4)
        page.wait_for_timeout(200)
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        expect(page.locator("#chips .chip[data-filter=code]")).to_have_count(1)


def test_the_back_button_takes_back_the_last_choice(chromium: Browser, written: Pages) -> None:
    with opened(chromium, written(*KINDS["week"]).page) as page:
        chips, title = page.locator("#chips .chip[data-filter]"), page.locator("h1")
        before = title.inner_text()
        page.locator("#filter-owner").select_option(index=1)
        page.locator("#filter-model").select_option(index=1)
        expect(chips).to_have_count(2)
        for left in (1, 0):
            page.go_back()
            expect(chips).to_have_count(left)
        expect(title).to_have_text(before)
        page.go_forward()
        expect(chips).to_have_count(1)


def test_a_drag_over_the_time_chart_selects(chromium: Browser, written: Pages) -> None:
    with opened(chromium, written(*KINDS["week"]).page) as page:
        page.locator("#panel-over_time").scroll_into_view_if_needed()
        area = page.locator("#panel-over_time .chart .nsewdrag").first
        expect(area).to_be_attached()
        box = area.bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] / 2)
        page.mouse.down()
        page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2, steps=8)
        page.mouse.up()
        expect(page.locator("#chips .chip[data-filter=time]")).to_have_count(1)


def test_a_link_keeps_selection_and_language(chromium: Browser, written: Pages) -> None:
    """What one reader chose, the fragment tells the next: values, a part of the time, the language."""
    file = written(*KINDS["week"]).page
    with opened(chromium, file) as page:
        page.select_option("#filter-model", "kling-v2")
        settled(page)
        page.select_option("#filter-to", str(300))
        settled(page)
        page.locator("#language-zh").click()
        settled(page)
        address, failures = page.url, page.locator("[data-total=failures] .figure").inner_text()
    with opened(chromium, file, fragment=f"#{address.split('#')[1]}") as page:
        assert page.locator("html").get_attribute("lang") == "zh-CN"
        assert page.locator("[data-total=failures] .figure").inner_text() == failures
        assert page.locator("#chips .chip[data-filter]").count() == 2
        assert "先做这些" in page.locator("main").inner_text()


def test_an_entry_can_be_linked_to(chromium: Browser, written: Pages) -> None:
    with opened(chromium, written(*KINDS["week"]).page, fragment="#entry=maas-81104") as page:
        body = page.locator("[data-entry='maas-81104'] .entry-body")
        expect(body).to_be_visible()
        assert "Bearer ****" in body.inner_text()


def test_the_language_is_switched_in_the_page(chromium: Browser, written: Pages) -> None:
    """Every text, number and time follows; nothing stays in the other language."""
    with opened(chromium, written(*KINDS["week"]).page) as page:
        page.locator("#language-zh").click()
        settled(page)
        text = page.locator("main").inner_text()
        for shown in ("先做这些", "责任归属", "降低调用频率", "2026年11月"):
            assert shown in text
        for english in ("Do this first", "Failures", "Error rate", "Slow down"):
            assert english not in text
        page.locator("#language-en").click()
        settled(page)
        assert "Do this first" in page.locator("main").inner_text()


@pytest.mark.parametrize(("kind", "scheme"), [("week", "light"), ("week", "dark"), ("hostile", "light")])
def test_nothing_keeps_a_reader_out(chromium: Browser, written: Pages, scheme: str, kind: str) -> None:
    """axe finds no serious issue, all opened and every chart drawn; in the dark only colours differ."""
    with opened(chromium, written(*KINDS[kind]).page, scheme=scheme, bypass_csp=True) as page:
        page.evaluate(OPEN_ALL)
        for chart in page.locator(".chart:visible").all():
            chart.scroll_into_view_if_needed()
            expect(chart.locator("svg").first).to_be_attached()
        options: dict[str, object] = {"resultTypes": ["violations"]}
        if scheme == "dark":
            options["runOnly"] = ["color-contrast"]
        found = Axe().run(page, options=options).response["violations"]
        serious = [
            (issue["id"], issue["nodes"][0]["html"])
            for issue in found
            if issue["impact"] in ("serious", "critical")
        ]
        assert serious == []


def test_a_ticket_is_copied_by_keyboard_and_it_is_said(chromium: Browser, written: Pages) -> None:
    """In both languages, with codes, counts, times and request ids."""
    permissions = ["clipboard-read", "clipboard-write"]
    with opened(chromium, written(*KINDS["week"]).page, permissions=permissions) as page:
        card = page.locator("[data-remedy=ticket]")
        card.locator("details.ticket > summary").focus()
        page.keyboard.press("Enter")
        for language, words in (("en", "Our requests to your API fail"), ("zh", "请")):
            card.locator(f"[data-copy={language}]").focus()
            page.keyboard.press("Enter")
            expect(page.locator("#toast")).to_have_text("The ticket text is on the clipboard.")
            copied = page.evaluate("navigator.clipboard.readText()")
            assert words in copied
            assert "ModelArts.81104" in copied
            assert "req-" in copied
            assert "Asia/Shanghai" in copied


def test_a_table_is_downloaded_and_no_cell_would_run(
    chromium: Browser, written: Pages, tmp_path: Path
) -> None:
    """A formula in a log is a text in the file."""
    with opened(chromium, written("catalog", "week", "formulas").page) as page:
        with page.expect_download() as caught:
            page.locator("#panel-models [data-csv]").click()
        caught.value.save_as(tmp_path / "models.csv")
        assert caught.value.suggested_filename == "models.csv"
    text = (tmp_path / "models.csv").read_text(encoding="utf-8-sig")
    models = [row["Model"] for row in csv.DictReader(io.StringIO(text))]
    formulas = [model for model in models if "cmd" in model]
    assert len(formulas) == 5
    assert all(model.startswith("'") for model in formulas)


def test_log_text_does_not_run(chromium: Browser, written: Pages) -> None:
    """Scripts, handlers and links in codes, models, paths, messages, clients and sources are text."""
    with opened(chromium, written(*KINDS["hostile"]).page) as page:
        while page.locator(".scroll + .link, .more-entries").count():
            page.locator(".scroll + .link, .more-entries").first.click()
        page.evaluate(OPEN_ALL)
        for chart in page.locator(".chart:visible").all():
            chart.scroll_into_view_if_needed()
            expect(chart.locator("svg").first).to_be_attached()
            chart.hover()
        for filter in ("model", "endpoint", "code", "api_key"):
            page.select_option(f"#filter-{filter}", index=1)
            settled(page)
        page.evaluate("() => { location.hash = ''; }")
        page.locator("#chips:empty").wait_for(state="attached")
        settled(page)
        page.evaluate(OPEN_ALL)
        assert page.evaluate("window.hacked") is None
        handlers = "main img, iframe, object, embed, form, [onload], [onerror], [onclick]"
        assert page.locator(handlers).count() == 0
        assert page.locator("a[href^='http'], a[href^='javascript'], svg a, main b, main script").count() == 0
        text = page.locator("main").text_content() or ""
        for shown in (
            "<script>window.hacked=1</script>",
            "<!-- <script>",
            "{{ 7 * 7 }}",
            "⟨U+202E⟩gpj.exe",
            "⟨U+2028⟩",
            "%{x} %{customdata}",
        ):
            assert shown in text
        assert "\u202e" not in page.content()


def test_a_script_that_slipped_in_is_refused(chromium: Browser, written: Pages, tmp_path: Path) -> None:
    """The page's policy stops what the escaping should have: a script, a handler, a request."""
    slipped = "<script>window.hacked=1</script><img src='https://evil.example/x' onerror='window.hacked=2'>"
    page_text = written(*KINDS["week"]).page.read_text(encoding="utf-8")
    copy = tmp_path / "slipped.html"
    copy.write_text(page_text.replace("<main ", f"{slipped}<main ", 1), "utf-8")
    page = chromium.new_page()
    page.goto(copy.as_uri())
    page.wait_for_selector("html[data-settled]", state="attached", timeout=PATIENCE)
    assert page.evaluate("window.hacked") is None
    page.close()


def test_the_answer_can_be_read_without_scripts(chromium: Browser, written: Pages) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(written(*KINDS["week"]).page.as_uri())
    assert "failed." in page.locator("h1").inner_text()
    assert page.locator("noscript p").first.is_visible()
    assert page.locator("noscript .plain-remedies li").count() == 5
    context.close()


def test_figures_stand_beside_those_of_the_span_before(chromium: Browser, written: Pages) -> None:
    with opened(chromium, written(*KINDS["week"], **DAY).page) as page:
        assert "from" in page.locator("[data-total=failures] .figure .was").inner_text()
        assert page.locator("#panel-models .was").count() > 0


def test_the_budget_stands_against_the_target(chromium: Browser, written: Pages) -> None:
    with opened(chromium, written(*KINDS["week"], slo=90.0).page) as page:
        text = page.locator("#availability").inner_text()
        assert "90" in text
        assert "Burn" in text


def test_the_keyboard_keeps_its_place(chromium: Browser, written: Pages) -> None:
    """A filter set by keyboard leaves the focus on its row, and a second press takes it off."""
    with opened(chromium, written(*KINDS["week"]).page) as page:
        page.locator("#panel-models .pick").nth(1).focus()
        name = page.evaluate("document.activeElement.dataset.pick")
        page.keyboard.press("Enter")
        settled(page)
        assert page.evaluate("document.activeElement.dataset.pick") == name
        assert page.evaluate("document.activeElement.getAttribute('aria-pressed')") == "true"
        page.keyboard.press("Enter")
        settled(page)
        assert page.locator("#chips .chip").count() == 0


def test_what_was_folded_is_said_and_still_counted(chromium: Browser, written: Pages) -> None:
    """Of a hundred and nine keys sixty are kept; the others are one row, which can be chosen too."""
    with opened(chromium, written(*KINDS["week"], "many_keys").page) as page:
        assert "Key (49)" in page.locator("#notices").inner_text()
        whole = page.locator("[data-total=failures] .figure").inner_text()
        page.select_option("#filter-api_key", "(other)")
        settled(page)
        assert page.locator("[data-total=failures] .figure").inner_text() == "49"
        assert whole == "200"


def test_a_panel_that_fails_leaves_the_page_whole(chromium: Browser, written: Pages, tmp_path: Path) -> None:
    """It says so in its place; the others and the totals stand."""
    text = written(*KINDS["week"]).page.read_text(encoding="utf-8")
    script = gzip.decompress(base64.b64decode(re.findall('id="script">([^<]*)<', text)[0])).decode()
    failing = 'definePanel("models", (panel) => panel({ compute: () => nothing.there })); void (""'
    broken = re.sub(
        'id="script">[^<]*<', lambda _: f'id="script">{packed(script.replace(DEFINES, failing))}<', text
    )
    copy = tmp_path / "broken.html"
    copy.write_text(re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", broken), encoding="utf-8")
    page = chromium.new_page()
    page.goto(copy.as_uri())
    page.wait_for_selector("html[data-settled]", state="attached", timeout=PATIENCE)
    assert page.locator("#panel-endpoints tbody tr").count() > 0
    assert page.locator("[data-total=failures] .figure").inner_text() == "100"
    page.close()
