"""The report in a real browser: it draws, it fits, it asks for nothing, and log text does not run."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from analyzer.report.page import write_report
from analyzer.store.open import open_reader, open_writer

pytestmark = pytest.mark.browser

STORES = Path(__file__).parents[1] / "report" / "stores"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
KINDS = {
    "week": ("catalog", "week"),
    "hostile": ("catalog", "hostile"),
    "failures_only": ("catalog", "week", "failures_only"),
    "no_failures": ("catalog", "week", "no_failures"),
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def page_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Return a function that writes the page of a kind of store in a language, once."""
    folder = tmp_path_factory.mktemp("pages")

    def written(kind: str, language: str = "en") -> Path:
        path, database = folder / f"{kind}-{language}.html", folder / f"{kind}.duckdb"
        if not database.exists():
            with closing(open_writer(database, create=True)) as connection:
                connection.execute("SET VARIABLE requests = 2000")
                for part in KINDS[kind]:
                    connection.execute((STORES / f"{part}.sql").read_text(encoding="utf-8"))
        if not path.exists():
            with closing(open_reader(database, time_zone="Asia/Shanghai")) as connection:
                write_report(
                    connection,
                    path,
                    since=None,
                    until=None,
                    time_zone="Asia/Shanghai",
                    language=language,
                    version="1.0",
                    now=datetime(2026, 11, 22, 6, tzinfo=UTC),
                )
        return path

    return written


@contextmanager
def opened(browser: Browser, file: Path, width: int = 1280, scheme: str = "light") -> Iterator[Page]:
    """Open the file; leaving it checks that nothing was complained of and nothing was asked for."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]
    complaints: list[str] = []
    asked: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.wait_for_load_state("load")
    yield page
    context.close()
    assert complaints == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [
        (360, "light", "en"),
        (360, "dark", "zh"),
        (768, "light", "zh"),
        (1920, "light", "en"),
        (1920, "dark", "zh"),
    ],
)
def test_the_page_draws_and_fits(
    browser: Browser, page_of: Callable[..., Path], width: int, scheme: str, language: str
) -> None:
    """Every chart is drawn and named, and nothing reaches beyond the window's width."""
    with opened(browser, page_of("week", language), width, scheme) as page:
        charts = page.locator("[data-figure]")
        assert charts.count() >= 7
        for number in range(charts.count()):
            chart = charts.nth(number)
            expect(chart.locator("svg").first).to_be_attached()
            assert len(chart.get_attribute("aria-label") or "") > 20
            box = chart.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("kind", ["hostile", "failures_only", "no_failures"])
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_of_other_data_fit_too(
    browser: Browser, page_of: Callable[..., Path], kind: str, width: int
) -> None:
    with opened(browser, page_of(kind), width) as page:
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_charts_follow_the_scheme(browser: Browser, page_of: Callable[..., Path]) -> None:
    """Turning the system dark turns page and charts dark, without loading the page again."""
    with opened(browser, page_of("week")) as page:
        legend, body = page.locator("#panel-over_time text.legendtext").first, page.locator("body")
        ink = legend.evaluate("(text) => getComputedStyle(text).fill")
        paper = body.evaluate("(body) => getComputedStyle(body).backgroundColor")
        page.emulate_media(color_scheme="dark")
        expect(legend).not_to_have_css("fill", ink)
        expect(body).not_to_have_css("background-color", paper)


def test_charts_follow_the_window(browser: Browser, page_of: Callable[..., Path]) -> None:
    """A window made narrow keeps every chart whole: as high as before, and within the width."""
    with opened(browser, page_of("week"), 1280) as page:
        heights = [chart.bounding_box() for chart in page.locator(".chart .main-svg:first-child").all()]
        page.set_viewport_size({"width": 360, "height": 800})
        for chart in page.locator(".chart").all():
            drawn = chart.locator(".main-svg").first
            expect(drawn).to_have_attribute("width", re.compile(r"^(\d{2}|[12]\d\d|3[0-5]\d)(\.|$)"))
        boxes = [chart.bounding_box() for chart in page.locator(".chart .main-svg:first-child").all()]
        assert [box["height"] for box in boxes if box] == [box["height"] for box in heights if box]
        assert max(box["x"] + box["width"] for box in boxes if box) <= 360


def test_log_text_does_not_run(browser: Browser, page_of: Callable[..., Path]) -> None:
    """Scripts, handlers and links in codes, models, paths, messages, clients and sources are text."""
    with opened(browser, page_of("hostile")) as page:
        page.evaluate("document.querySelectorAll('details').forEach((part) => { part.open = true; })")
        page.mouse.move(400, 400)
        for name in ("by_model", "by_endpoint", "by_client", "pareto", "tree"):
            page.locator(f"#panel-{name} .chart").hover()
        page.wait_for_timeout(300)
        assert page.evaluate("window.hacked") is None
        assert page.locator("script").count() == 3
        assert page.locator("img, iframe, object, embed, form, [onload], [onerror], [onclick]").count() == 0
        inside = "a[href^='http'], a[href^='javascript'], svg a, main b"
        assert page.locator(inside).count() == 0
        text = page.locator("main").inner_text()
        for shown in (
            "<script>window.hacked=1</script>",
            "<!-- <script>",
            "{{ 7 * 7 }}",
            "⟨U+202E⟩gpj.exe",
            "⟨U+2028⟩",
        ):
            assert shown in text
        assert "\u202e" not in page.content()


def test_labels_in_charts_are_the_text_of_the_log(browser: Browser, page_of: Callable[..., Path]) -> None:
    """Plotly reads mark-up in labels; what the log holds is shown as it is."""
    with opened(browser, page_of("hostile")) as page:
        labels = page.locator("#panel-by_model .chart .annotation-text").all_text_contents()
        assert '"><svg onload=window.hacked=4>' in labels
        assert "&lt;script&gt;window.hacked=6&lt;/script&gt;" in labels
        assert "%{x} %{customdata}" in labels


def test_a_script_that_slipped_in_is_refused(
    browser: Browser, page_of: Callable[..., Path], tmp_path: Path
) -> None:
    """The page's policy stops what the escaping should have: a script, a handler, a request."""
    slipped = "<script>window.hacked=1</script><img src='https://evil.example/x' onerror='window.hacked=2'>"
    copy = tmp_path / "slipped.html"
    copy.write_text(
        page_of("week").read_text(encoding="utf-8").replace("<main ", f"{slipped}<main ", 1), "utf-8"
    )
    page = browser.new_page()
    page.goto(copy.as_uri())
    page.wait_for_timeout(300)
    assert page.evaluate("window.hacked") is None
    expect(page.locator("#panel-tree .chart svg").first).to_be_attached()
    page.close()


def test_the_list_of_entries_can_be_filtered(browser: Browser, page_of: Callable[..., Path]) -> None:
    with opened(browser, page_of("week")) as page:
        everything = page.locator(".entry:visible").count()
        page.fill("#filter", "81104")
        assert 0 < page.locator(".entry:visible").count() < everything
        page.fill("#filter", "no such code")
        assert page.locator("#no-hit").is_visible()


def test_an_entry_opens_to_its_remedy_and_lines(browser: Browser, page_of: Callable[..., Path]) -> None:
    with opened(browser, page_of("week")) as page:
        first = page.locator(".entry").first
        assert not first.locator("pre").first.is_visible()
        first.locator("summary").click()
        assert first.locator("pre").first.is_visible()
        assert "Bearer ****" in first.inner_text()


def test_the_numbers_can_be_read_without_charts(browser: Browser, page_of: Callable[..., Path]) -> None:
    """Without scripts the page says so, and its tables hold what the charts would show."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(page_of("week").as_uri())
    assert page.locator("noscript p").is_visible()
    page.locator("#panel-pareto summary").click()
    assert page.locator("#panel-pareto td", has_text="ModelArts.81101").first.is_visible()
    context.close()
