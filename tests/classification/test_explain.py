"""A pasted error explained, and a program's records answered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.explain import answer, explain, take_apart
from analyzer.classification.load import load_catalogs
from analyzer.classification.rule import Classifier

CLASSIFIER = Classifier(load_catalogs())
LIMIT = "Too many requests, the rate limit is 5 times per second."
BODY = json.dumps({"error_code": "ModelArts.81101", "error_msg": LIMIT})
KEYS = ["entry_id", "http_status", "code", "template", "match", "params"]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        (BODY, None),
        (f"Error code: 429 - {BODY}", 429),
        (f"openai.RateLimitError: Error code: 429 - {json.loads(BODY)!r}", 429),
        (f'10.0.0.7 - - [01/Jan/2026:00:00:00 +0000] "POST /v1/videos HTTP/1.1" 429 97 "-" "x" {BODY}', 429),
        (f'2026-01-01T00:00:00Z ERROR status=429 code=ModelArts.81101 msg="{LIMIT}"', 429),
        (f"[ModelArts.81101] {LIMIT}", None),
        (f"data: {BODY}\n\n", None),
        (json.dumps({"status": 429, "code": "ModelArts.81101", "message": LIMIT}), 429),
        (json.dumps({"level": "error", "status": 429, "msg": "failed", "error": json.loads(BODY)}), 429),
    ],
)
def test_a_pasted_error_is_explained(text: str, status: int | None) -> None:
    """Any form in which people copy an error leads to its entry, with the status that it tells."""
    explanation = explain(CLASSIFIER, text)
    assert explanation.entry is not None
    assert explanation.entry.entry_id == "maas.81101.requests_per_second"
    assert explanation.classification.params == ("5",)
    assert explanation.status == status


def test_where_the_row_is_not_known_all_rows_of_the_code_are_shown() -> None:
    """A known code with an unknown message gives the code's rows to choose from."""
    explanation = explain(CLASSIFIER, "ModelArts.81101: slow down")
    assert (explanation.classification.match, explanation.entry) == ("code", None)
    assert len(explanation.rows) == 3


def test_another_providers_code_in_a_log_line() -> None:
    """A code that the line names keeps the message from being matched."""
    assert take_apart('status=404 code=model_not_found msg="Invalid model."')[:2] == (404, "model_not_found")
    assert explain(CLASSIFIER, 'code=model_not_found msg="Invalid model."').classification.match == "none"


@pytest.mark.parametrize("text", ["", "hello", "HTTP/1.1 200 OK the answer said ModelArts.81101"])
def test_what_is_no_error_is_explained_as_none(text: str) -> None:
    """A text without an error, or of a success, has no entry."""
    explanation = explain(CLASSIFIER, text)
    assert (explanation.classification.match, explanation.entry, explanation.rows) == ("none", None, ())


@pytest.mark.parametrize(
    ("record", "match"),
    [
        ({"status": 429, "code": "ModelArts.81101", "message": LIMIT}, "template"),
        ({"status": 400, "code": "ModelArts.81101", "message": LIMIT}, "template"),
        ({"status": None, "code": None, "message": LIMIT}, "message"),
        ({"message": LIMIT}, "message"),
        ({"status": 429, "code": 429, "message": LIMIT}, "message"),
        ({"status": "429", "code": "429", "message": LIMIT}, "message"),
        ({"status": 429, "code": "ModelArts.81101"}, "code"),
        ({"status": 404, "code": "model_not_found", "message": "Invalid model."}, "none"),
        ({"status": 500, "message": json.loads(BODY)}, "template"),
        ({"status": 500, "code": ["x"], "message": [json.loads(BODY)]}, "template"),
        ({"status": 200, "message": LIMIT}, "none"),
        ({"status": 200, "message": f"It said {BODY}"}, "none"),
        ({"status": 200, "message": f"[ModelArts.81101] {LIMIT}"}, "none"),
        ({"status": 200, "message": json.dumps({"choices": [{"message": {"content": BODY}}]})}, "none"),
        ({"status": 200, "message": json.dumps({"content": BODY})}, "none"),
        ({"status": 200, "message": json.dumps({"data": json.loads(BODY)})}, "none"),
        ({"status": 200, "message": json.dumps({"error": None, "message": LIMIT})}, "none"),
        ({"status": "200 OK", "code": "success", "message": LIMIT}, "none"),
        ({"status": None, "code": 200, "message": LIMIT}, "none"),
        ({"status": 200, "message": BODY}, "template"),
        ({"status": 200, "message": json.dumps(BODY)}, "template"),
        ({"status": 200, "message": f"data: {BODY}\n\n"}, "template"),
        ({"status": 200, "message": f'data: {{"choices": []}}\n\ndata: {BODY}\n\ndata: [DONE]'}, "template"),
        ({"status": 200, "message": f"event: error\ndata: {BODY}"}, "template"),
        ({"status": 200, "code": "ModelArts.81101", "message": LIMIT}, "template"),
        ({"status": 0, "code": "ModelArts.81110", "message": "Server process timeout."}, "template"),
        ({"status": True, "code": True, "message": True}, "none"),
        ({"status": [], "code": {}, "message": {}}, "none"),
        ({"other": BODY}, "none"),
        ({}, "none"),
    ],
)
def test_a_record_is_answered(record: dict[str, Any], match: str) -> None:
    """Fields may be absent, null or of odd types; a success that only quotes an error is none."""
    fields = answer(CLASSIFIER, record)
    assert list(fields) == KEYS
    assert fields["match"] == match
    known = match in {"template", "message"}
    assert (fields["entry_id"] is not None, fields["http_status"] is not None) == (known, known)
    assert fields["params"] == (["5"] if known and "5" in str(record) else [])
    assert (fields["code"] is not None) == (match != "none")


def test_an_answer_is_the_catalogues_own() -> None:
    """Status, code and template are the catalogue's, whatever the wire said."""
    fields = answer(CLASSIFIER, {"status": 500, "code": "modelarts.81101", "message": LIMIT.upper()})
    template = "Too many requests, the rate limit is %s times per second."
    assert (fields["http_status"], fields["code"], fields["template"]) == (429, "ModelArts.81101", template)


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(), inner, max_size=2),
    max_leaves=4,
)


@given(st.dictionaries(st.sampled_from(["status", "code", "message", "x"]), anything))
def test_any_record_gets_an_answer(record: dict[str, Any]) -> None:
    """No record breaks it, and each answer can be written as JSON."""
    fields = answer(CLASSIFIER, record)
    json.dumps(fields, ensure_ascii=False).encode()


def test_a_terminals_colours_are_no_part_of_a_code() -> None:
    """What is copied from a coloured terminal is explained as without its colours."""
    plain = explain(CLASSIFIER, "ModelArts.81009: Invalid model.")
    assert plain.entry is not None
    assert explain(CLASSIFIER, "\x1b[1;31mModelArts.81009\x1b[0m: Invalid model.") == plain
