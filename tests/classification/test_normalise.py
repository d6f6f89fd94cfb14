"""Texts in the form that is compared, and the way back to what was written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.normalise import fold, normalise


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("Invalid model.", "invalid model"),
        ("  Two\t words \r\n here ... ", "two words here"),
        ("Ｔｏｏ　ｍａｎｙ（5）", "too many(5)"),
        ("‘Mount’ “to”", "'mount' \"to\""),
        ("模型不存在。", "模型不存在"),
        ("cut off…", "cut off"),
        ("e\u0301tat", "état"),
        ("\ufb01le", "file"),
        ("ΣΑΣ", "σασ"),
        (" . . ", ""),
        ("", ""),
    ],
)
def test_what_is_compared(written: str, compared: str) -> None:
    """Width, quotes, white space, case and closing full stops do not count."""
    assert normalise(written).text == compared


def test_a_line_end_stays_known() -> None:
    """A white space that held a line's end is told apart, at the same place."""
    ready = normalise("one  two \n three")
    assert ready.text == "one two three"
    assert ready.lines == "one two\nthree"


@pytest.mark.parametrize(
    ("written", "part"),
    [
        ("Task  模型：A\n B does", "模型：A\n B"),
        ("task “x”  does", "“x”"),
        ("　task ½ does", "½"),
        ("task ﷺ does", "ﷺ"),
        ("task \u0301x does", "\u0301x"),
        ("task İ does", "İ"),
        ("task a  \t b does", "a  \t b"),
    ],
)
def test_a_part_is_cut_from_the_original(written: str, part: str) -> None:
    """What stands between two words comes back as it was written."""
    ready = normalise(written)
    assert ready.cut(ready.text.index("task ") + 5, ready.text.index(" does")) == part


@given(st.text(st.characters(codec="utf-8")))
def test_the_way_back_is_whole_and_in_order(written: str) -> None:
    """The whole form leads to the whole text without its edges, and its parts follow each other."""
    ready = normalise(written)
    whole = ready.cut(0, len(ready.text))
    assert whole in written
    assert len(ready.lines) == len(ready.text)
    assert normalise(whole).text == ready.text
    for place in range(1, len(ready.text)):
        assert len(ready.cut(0, place)) <= len(ready.cut(0, place + 1))


@given(st.text())
def test_a_template_is_folded_as_a_text_is(written: str) -> None:
    """A template's pieces come to the same form as the text that they are looked for in."""
    assert fold(written).strip(" .") == normalise(written).text.strip(" .")
