"""Each minute is read once."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.alert.spans import Spans


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=12))
def test_what_is_taken_is_what_was_missing(wanted: list[tuple[int, int]]) -> None:
    spans, held = Spans(), set[int]()
    for since, until in wanted:
        taken = [minute for start, end in spans.take(since, until) for minute in range(start, end)]
        asked = set(range(since, until))
        assert len(taken) == len(set(taken))
        assert set(taken) == asked - held
        held |= asked
