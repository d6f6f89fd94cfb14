"""The summary as people read it: mail, text and Markdown, in both languages, and on a phone's screen."""

from __future__ import annotations

import base64
import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.delivery import Message
from analyzer.night.pages import escape, markdown, message
from analyzer.night.picture import HEIGHT, WIDTH, picture
from analyzer.night.words import page
from analyzer.text import texts
from tests.night.summaries import CASES, a_summary, bars, new_error

GOLDEN = Path(__file__).parent.parent / "golden" / "night"
LINK = "https://reports.example.com/2026-11-22.html"


def made(case: str, language: str) -> Message:
    """Return the message of a case."""
    return message(a_summary(**CASES[case]), texts(language), LINK, "reports/2026-11-22.html")


def assert_golden(found: dict[str, str]) -> None:
    """Compare with golden files, byte for byte; what was made instead is left beside them as .new."""
    wrong = []
    for name, text in found.items():
        golden = GOLDEN / name
        if not golden.exists() or golden.read_text(encoding="utf-8") != text:
            golden.with_name(f"{name}.new").write_text(text, encoding="utf-8")
            wrong.append(name)
    assert wrong == []


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("case", CASES)
def test_it_reads_as_it_should(case: str, language: str) -> None:
    """Mail, plain text, Markdown and the object for machines equal their golden files."""
    found = made(case, language)
    assert_golden(
        {
            f"{case}.{language}.html": found.html or "",
            f"{case}.{language}.txt": f"Subject: {found.subject}\n\n{found.text}",
            f"{case}.{language}.md": found.markdown or "",
            f"{case}.{language}.json": json.dumps(found.data, ensure_ascii=False, indent=2) + "\n",
        }
    )


@pytest.mark.parametrize(("language", "word"), [("en", "a threshold is crossed"), ("zh", "已越过阈值")])
def test_a_period_that_crossed_a_threshold_is_not_called_quiet(language: str, word: str) -> None:
    """The subject is what a person on call reads; what is usual may still be too much."""
    made = page(
        a_summary(verdict="quiet", crossed=["error_rate is 2.39 % (threshold: 1.5 %)"]), texts(language)
    )
    assert made.subject.endswith(word)
    assert made.verdict != page(a_summary(verdict="quiet", crossed=[]), texts(language)).verdict


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "A threshold of yours is crossed: error_rate is 2.39 % (threshold: 1.5 %)."),
        ("zh", "已越过您设定的阈值：错误率为 2.39 %（阈值 1.5 %）。"),
    ],
)
def test_a_crossed_threshold_stands_above_the_numbers(language: str, words: str) -> None:
    """Who was woken by the exit code reads why; an outage is told by the verdict itself."""
    crossed = ["error_rate is 2.39 % (threshold: 1.5 %)", "outage"]
    notes = page(a_summary(crossed=crossed), texts(language)).notes
    assert notes[0] == words
    assert not [note for note in notes[1:] if words in note]


def test_the_file_has_its_title_and_a_relative_link() -> None:
    """Beside the report the Markdown bears the title of the day and links to its neighbour."""
    words = page(a_summary(), texts("en"))
    found = markdown(words, texts("en"), titled=True, link="2026-11-22.html", place="x")
    assert found.startswith("# API errors on Sun 22 Nov 2026\n\n**Outage from 02:10 to 02:50: ")
    assert "[The whole report](2026-11-22.html)" in found


@given(st.text(max_size=60))
def test_a_logs_text_is_one_plain_line(text: str) -> None:
    """Whatever a log says: no line ends, no tag opens, no sign of Markdown stands without its backslash."""
    escaped = escape(text)
    assert "\n" not in escaped
    assert "<" not in escaped
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]|~>]", re.sub(r"\\[\\`*_\[\]|~>]", "", escaped))


@pytest.mark.parametrize(
    "code", ["<script>alert(1)</script>", "a\r\nBcc: evil@example.com", "\u202eevil", "![x](http://e)"]
)
def test_a_hostile_code_does_nothing(code: str) -> None:
    """A code from a log opens no tag, makes no header, and turns no text around."""
    summary = a_summary(**{**CASES["new_error"], "new": [new_error(code, 3, message=None)]})
    found = message(summary, texts("en"), None, "reports/x.html")
    assert "<script" not in (found.html or "")
    assert "\n" not in found.subject
    assert "\r" not in found.text
    assert "\u202e" not in found.text + (found.html or "") + (found.markdown or "")
    assert "![x]" not in (found.markdown or "")


def test_the_picture_is_one_that_every_program_reads() -> None:
    """A PNG of a palette, its chunks whole, small, with grey, red and nothing in it."""
    drawn = picture(bars("2026-11-22T00:00:00+08:00", 24, 1))
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    assert len(drawn) < 3000
    pixels = zlib.decompress(drawn[drawn.index(b"IDAT") + 4 : drawn.index(b"IEND") - 8])
    assert len(pixels) == HEIGHT * (WIDTH + 1)
    assert set(pixels) == {0, 1, 2, 3}
    assert picture([]).startswith(b"\x89PNG")


@pytest.fixture(scope="module")
def phone() -> Iterator[Any]:
    """Return a function that shows a mail in Chromium on a phone of 360 by 780."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page(viewport={"width": 360, "height": 780})

        def show(found: Message, scheme: str) -> Any:
            data = base64.b64encode(next(iter(found.pictures.values()), b"")).decode()
            html = re.sub(r"cid:\w+", f"data:image/png;base64,{data}", found.html or "")
            shown.emulate_media(color_scheme=scheme)
            shown.set_content(html)
            return shown

        yield show
        browser.close()


@pytest.mark.browser
@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_fits_a_phones_screen(phone: Any, language: str) -> None:
    """Even the longest summary is no wider than 360 pixels and little longer than one screen."""
    for case in CASES:
        for scheme in ("light", "dark"):
            shown = phone(made(case, language), scheme)
            width, height = shown.evaluate(
                "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
            )
            assert width == 360, case
            assert height <= (890 if case in ("outage", "first") else 820), (case, height)
            assert shown.evaluate("document.scripts.length") == 0
            assert _contrast(shown) >= 4.5, (case, scheme)


def _contrast(shown: Any) -> float:
    """Return the lowest contrast of text against the ground that it stands on."""
    return float(
        shown.evaluate(
            """() => {
            const light = c => { const [r, g, b] = c.map(v => (v /= 255) <= 0.04045 ? v / 12.92
                : ((v + 0.055) / 1.055) ** 2.4); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
            const parts = text => text.match(/[\\d.]+/g).map(Number);
            const ground = node => { for (; node; node = node.parentElement) {
                const c = parts(getComputedStyle(node).backgroundColor);
                if (c.length < 4 || c[3] > 0) return c.slice(0, 3); } return [255, 255, 255]; };
            const says = node => [...node.childNodes].some(one => one.nodeType === 3 && one.data.trim());
            return Math.min(...[...document.querySelectorAll('body *')].filter(says).map(node => {
                const a = light(parts(getComputedStyle(node).color).slice(0, 3)), b = light(ground(node));
                return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05); }));
            }"""
        )
    )
