"""Error bodies inside texts, and those inside their texts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.unwrap import DEEPEST, MOST_OBJECTS, unwrap

CAUSE = {"error_code": "A.1", "error_msg": "why"}


def found(text: str) -> list[tuple[int, str | None, str | None]]:
    """List depth, code and message of a text's bodies."""
    return [(body.depth, body.code, body.message) for body in unwrap(text).bodies]


@pytest.mark.parametrize(
    "item",
    [
        CAUSE,
        {"error": {"code": "A.1", "message": "why"}},
        {"error": {"error_code": "A.1", "error_msg": "why", "type": "x"}},
        {"code": "A.1", "message": "why"},
        {"code": "A.1", "msg": "why"},
        {"errorCode": "A.1", "errorMessage": "why"},
        {"id": 1, "status": "failed", "error": {"code": "A.1", "message": "why"}},
        {"errors": [{"code": "A.1", "message": "why"}]},
        {"choices": [], "error": {"code": "A.1", "message": "why"}},
    ],
)
def test_shapes(item: dict[str, Any]) -> None:
    """Each shape of an error is a body, as JSON, as a repr, behind `data:` and in free text."""
    for text in (json.dumps(item), repr(item), f"data: {json.dumps(item)}\n\n", f"Error code: 429 - {item}"):
        assert found(text) == [(0, "A.1", "why")]


def test_both_shapes_at_once_are_equally_deep() -> None:
    """Two shapes in one object are the same body told twice."""
    assert found(json.dumps({"error": {"code": "A.1", "message": "why"}} | CAUSE)) == [(0, "A.1", "why")] * 2


@pytest.mark.parametrize(
    "item",
    [
        {"error": None},
        {"error": {}},
        {"error": ""},
        {"code": 0, "message": "ok"},
        {"code": "200", "message": "done", "data": CAUSE},
        {"code": "success", "message": "x"},
        {"choices": [{"message": {"role": "assistant", "content": json.dumps(CAUSE)}}]},
        {"model": "m", "messages": [{"content": json.dumps(CAUSE)}], "error_code": "A.1"},
        {"prompt": CAUSE},
        {"request": {"error": CAUSE}},
        {"code": "A.1"},
        {"name": "A.1", "text": "why"},
    ],
)
def test_what_is_no_error(item: dict[str, Any]) -> None:
    """A success, an answer, an echoed request and a code in another place hold no body with a code."""
    assert [body for body in found(json.dumps(item)) if body[1]] == []


@pytest.mark.parametrize("levels", range(5))
@pytest.mark.parametrize("key", ["message", "error_msg", "detail", "body"])
def test_each_level_of_text_is_one_deeper(levels: int, key: str) -> None:
    """A body inside a body's text is found, however often it was escaped, and knows its depth."""
    text = json.dumps(CAUSE)
    for _ in range(levels):
        text = json.dumps({"code": "out", "message": "x", key: text})
    deepest = max(found(text))
    assert deepest == (levels, "A.1", "why")


@pytest.mark.parametrize("levels", [1, 2, 3, 4])
def test_escapes_in_free_text(levels: int) -> None:
    """Escaped JSON without its outer body is read too, deeper with each level, cut off or not."""
    text = json.dumps(CAUSE)
    for _ in range(levels):
        text = json.dumps(text)
    for shown in (f"got {text} back", f"got {text.strip(chr(34))}", f"got {text[:-levels]}"):
        assert found(shown) == [(levels, "A.1", "why")]


def test_an_inner_object_is_deeper_than_its_error() -> None:
    """A cause inside an error object is one deeper."""
    item = {"error": {"code": "B", "message": "x", "inner_error": {"code": "A.1", "message": "why"}}}
    assert found(json.dumps(item)) == [(0, "B", "x"), (1, "A.1", "why")]


def test_status_of_a_body() -> None:
    """A body's status is its own, or that of the object around it; free text tells one before a body."""
    [body] = unwrap(json.dumps({"status": "503", "error": {"code": "A.1", "message": "why"}})).bodies
    assert body.status == 503
    assert unwrap("Error code: 429 - {'error': {}}").status == 429
    assert unwrap('{"message": "Error code: 429"}').status is None


def test_objects_are_blanked_in_place() -> None:
    """What stands inside an object is hidden from free text, and no position moves."""
    text = 'a {"prompt": "A.1"} b {not an object} c'
    [passage] = unwrap(text).passages
    assert len(passage.rest) == len(text)
    assert "A.1" not in passage.rest
    assert passage.rest.endswith("b {not an object} c")


def test_the_number_of_objects_is_bounded() -> None:
    """Thousands of bodies in one text do not make thousands of steps."""
    found_all = unwrap('{"error_code": "A.1"} ' * 5000)
    assert len(found_all.bodies) <= MOST_OBJECTS
    text = "x"
    for _ in range(DEEPEST + 4):
        text = json.dumps({"error_msg": text + " {"})[: 10**6]
    assert max(body.depth for body in unwrap(text).bodies) <= DEEPEST


@given(st.text() | st.text(alphabet="{}[]\"'\\:,aux22n ", max_size=80))
def test_any_text_is_unwrapped(text: str) -> None:
    """No text breaks it; the first passage is the text, blanked at equal length."""
    first = unwrap(text).passages[0]
    assert first.text == text
    assert len(first.rest) == len(text)
