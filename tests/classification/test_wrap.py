"""Text in columns: wide characters count two, and lines break where people break them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.wrap import display_width, pad, wrap


def test_wide_characters_take_two_columns() -> None:
    """Chinese and full-width signs count two, a combining accent none."""
    assert display_width("abc") == 3
    assert display_width("错误码") == 6
    assert display_width("\uff0c") == 2
    assert display_width("e\u0301") == 1
    assert pad("错误", 6) == "错误  "


def test_words_stay_whole() -> None:
    """A line breaks at white space, never inside a word."""
    assert wrap("one two  three\nfour", 9) == ["one two", "three", "four"]
    assert wrap("ModelArts.81101 429", 5) == ["ModelArts.81101", "429"]
    assert wrap("", 9) == [""]


def test_chinese_breaks_anywhere_but_before_punctuation() -> None:
    """A line may end after any Chinese character; none begins with a comma or a full stop."""
    assert wrap("请求体过大过大", 6) == ["请求体", "过大过", "大"]
    assert wrap("请求体\uff0c过大。", 6) == ["请求体\uff0c", "过大。"]


@given(st.text(alphabet="ab ,.\n错误码。\uff0c", max_size=60), st.integers(min_value=2, max_value=20))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    """The lines hold every character that is not white space, in order."""
    assert "".join("".join(wrap(text, width)).split()) == "".join(text.split())
