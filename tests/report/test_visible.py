"""Log text is shown, never obeyed."""

from __future__ import annotations

import pytest

from analyzer.report.visible import shortened, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x\u202egpj.exe", "x⟨U+202E⟩gpj.exe"),
        ("a\u2028b", "a⟨U+2028⟩b"),
        ("\x1b[31mred", "⟨U+001B⟩[31mred"),
        ("nul\x00", "nul⟨U+0000⟩"),
        ("zero\u200bwidth", "zero⟨U+200B⟩width"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("中文 é 🙂", "中文 é 🙂"),
    ],
)
def test_characters_that_hide_or_turn_text_are_shown_by_number(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_long_texts_are_cut() -> None:
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
