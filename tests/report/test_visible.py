"""Log text is shown, never obeyed."""

from __future__ import annotations

import html
import re

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.report.visible import LABEL_LENGTH, escape_labels, label, shortened, visible, visible_frame


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


@given(st.text())
def test_a_label_holds_no_markup_that_plotly_would_read(text: str) -> None:
    """What stands in a label is one line without tags; unescaped, it is the text or its ends."""
    made = label(text)
    assert not re.search(r"[<>\n]", made)
    plain = html.unescape(made)
    assert len(plain) <= LABEL_LENGTH
    line = " ".join(text.split())
    if len(line) <= LABEL_LENGTH and "&" not in line:
        assert plain == line


def test_frames_are_changed_in_every_text_column_and_list() -> None:
    frame = pd.DataFrame({"name": ["<b>\u202e", None], "many": [["<i>"], None], "count": [1, 2]})
    assert visible_frame(frame)["name"][0] == "<b>⟨U+202E⟩"
    escaped = escape_labels(frame)
    assert escaped["name"][0].startswith("&lt;b&gt;")
    assert escaped["many"][0] == ["&lt;i&gt;"]
    assert escaped["count"].tolist() == [1, 2]


def test_long_texts_are_cut() -> None:
    assert shortened("abcdef", 4) == "abc…"
    assert shortened("abcd", 4) == "abcd"
