"""Objects read out of texts, whole or damaged."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.literal import DEEPEST, read_object, undo_escapes

plain = (
    st.none()
    | st.booleans()
    | st.integers(-(10**15), 10**15)
    | st.text(st.characters(codec="utf-8"), max_size=12)
)
values = st.recursive(
    plain,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8")), inner, max_size=3)
    ),
    max_leaves=12,
)
objects = st.dictionaries(st.text(st.characters(codec="utf-8")), values, max_size=4)


@given(objects, st.sampled_from([0, 2]))
def test_json_is_read(item: dict[str, Any], indent: int) -> None:
    """JSON comes back as it was, with the place behind it."""
    for text in (json.dumps(item), json.dumps(item, ensure_ascii=False, indent=indent)):
        assert read_object(f"x {text} y", 2) == (item, 2 + len(text))


@given(objects)
def test_a_python_repr_is_read(item: dict[str, Any]) -> None:
    """A repr is read as the literal it is: its quotes, escapes, None and True."""
    text = repr(item)
    assert read_object(text, 0) == (item, len(text))


@given(objects, st.data())
def test_a_cut_object_yields_its_beginning(item: dict[str, Any], data: st.DataObject) -> None:
    """What stands before a cut is read, and nothing else is made up but a value's remainder."""
    for text in (json.dumps(item), repr(item)):
        cut = data.draw(st.integers(1, len(text)))
        found, end = read_object(text[:cut], 0)
        assert end <= cut
        assert list(found) == list(item)[: len(found)]
        assert all(found[key] == item[key] for key in list(found)[:-1])


@pytest.mark.parametrize(
    ("text", "item"),
    [
        ("{'a': \"it's\", 'b': 'it\\'s', 'c': (1, None)}", {"a": "it's", "b": "it's", "c": [1, None]}),
        (
            "{'when': datetime(2026, 1, 2), 'cost': Decimal('1.5'), 'b': 2}",
            {"when": "datetime", "cost": "Decimal", "b": 2},
        ),
        ("{'body': b'\\xe4\\xbb\\xbb', 'u': u'x'}", {"body": "任", "u": "x"}),
        ("{\"a\": 'mixed', b: bare}", {"a": "mixed", "b": "bare"}),
        ('{"a": "said "so" then", "b": 1}', {"a": "said ", "b": 1}),
        ('{"a": "b\nc"}', {"a": "b\nc"}),
        ('{"a": {"b": "c\\u4f', {"a": {"b": "c"}}),
        ('{"a": {"b": 1}, "c', {"a": {"b": 1}}),
        ("{x} and more", {}),
        ("{", {}),
    ],
)
def test_what_wires_hold(text: str, item: dict[str, Any]) -> None:
    """Mixed quotes, foreign values, raw line ends, broken quotes and cuts are read as far as they go."""
    assert read_object(text, 0)[0] == item


@pytest.mark.parametrize("piece", ['{"a":', "{'a':", "{[", '{"a":[', "{'a':(", '{"', "{'a':'\\"])
def test_depth_and_time_are_bounded(piece: str) -> None:
    """However often a container opens, reading stops at a depth, without recursion, at once."""
    started = time.monotonic()
    found, _ = read_object(piece * 100_000, 0)
    depth = 0
    inner: Any = found
    while isinstance(inner, dict | list) and inner:
        inner = inner[0] if isinstance(inner, list) else next(iter(inner.values()))
        depth += 1
    assert depth <= DEEPEST
    assert time.monotonic() - started < 5


def test_a_number_too_long_for_python_is_text() -> None:
    """A number of thousands of digits is no error."""
    assert read_object('{"a": ' + "9" * 5000 + "}", 0)[0] == {"a": "9" * 5000}


@pytest.mark.parametrize(
    ("escaped", "text"),
    [
        (r"\"a\" \\ \/ \n\t", '"a" \\ / \n\t'),
        (r"\u4efb \ud83d\ude00 \U0001f600", "任 😀 😀"),
        (r"\xE4\xBB\xBB \xe9", "任 é"),
        (r"\ud800 \q \u12", "\ufffd q u12"),
    ],
)
def test_one_level_of_escapes(escaped: str, text: str) -> None:
    """JSON's, Python's and a web server's escapes are undone once; halves of pairs never come out."""
    assert undo_escapes(escaped) == text
