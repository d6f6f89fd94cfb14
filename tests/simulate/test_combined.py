"""How servers escape what they log."""

from __future__ import annotations

import codecs

from hypothesis import given
from hypothesis import strategies as st

from analyzer.simulate.combined import _apache, _nginx


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_an_escaped_text_is_printable_and_can_be_undone(text: str) -> None:
    for escape in (_nginx, _apache):
        escaped = escape(text)
        assert escaped.isascii()
        assert escaped == "" or escaped.isprintable()
        assert '"' not in escaped.replace('\\"', "")
        assert codecs.escape_decode(escaped.encode())[0].decode() == text
