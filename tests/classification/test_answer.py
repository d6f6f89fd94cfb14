"""Explanations and answers as text."""

from __future__ import annotations

import json

import pytest

from analyzer.classification.answer import answer_lines, describe_explanation, explanation_as_json
from analyzer.classification.explain import explain
from analyzer.classification.load import load_catalogs
from analyzer.classification.rule import Classifier
from analyzer.text import texts

CLASSIFIER = Classifier(load_catalogs())


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_explanation_says_what_a_person_needs(language: str) -> None:
    """It shows the entry, its meaning and remedy, who acts, whether to retry, the match and the values."""
    found = explain(
        CLASSIFIER,
        "Error code: 404 - {'error_code': 'ModelArts.81108', 'error_msg': 'Task t9 does not exist.'}",
    )
    shown = describe_explanation(found, texts(language), 400)
    assert found.entry is not None
    for part in (found.entry.entry_id, found.entry.meaning[language], found.entry.remedy[language]):
        assert part in shown
    for part in ("template", "t9", "404", "caller", "never"):
        assert part in shown


def test_a_code_alone_shows_its_rows() -> None:
    """Where the row is not known, each row of the code is shown with what it says."""
    shown = describe_explanation(explain(CLASSIFIER, "ModelArts.81015: no"), texts("en"))
    assert "ModelArts.81015" in shown
    assert shown.count("allowlist setting") == 3


def test_no_entry_is_said() -> None:
    """A text without an entry is answered too."""
    assert "none" in describe_explanation(explain(CLASSIFIER, "hello"), texts("en"))


def test_as_one_object() -> None:
    """As JSON it is one object: a record's answer, the outer code and status, what it means."""
    inner = json.dumps({"error_code": "ModelArts.81104", "error_msg": "Backend server error."})
    text = json.dumps({"error": {"code": "bad_gateway", "message": inner}, "status": 502})
    fields = json.loads(explanation_as_json(CLASSIFIER, explain(CLASSIFIER, text), "en"))
    assert fields["entry_id"] == "maas.81104.backend_error"
    assert (fields["outer_code"], fields["outer_status"], fields["status"]) == ("bad_gateway", 502, 502)
    assert (fields["retry"], fields["owner"], fields["rows"]) == ("after_wait", "provider", [])
    assert fields["meaning"]
    assert fields["remedy"]


def test_lines_are_answered_in_order() -> None:
    """One answer for each line that is not blank; an unreadable one is answered with what is wrong."""
    lines = [
        b'\xef\xbb\xbf{"code": "ModelArts.81104", "message": "Backend server error."}\n',
        b" \r\n",
        b"not JSON\n",
        b"[1]\n",
        b'{"message": "\xff"}\n',
        b"[" * 100_000 + b"\n",
        b'{"message": ' + b"9" * 5000 + b"}\n",
        b'{"status": 500, "code": "ModelArts.81104", "message": "\\ud800"}',
    ]
    answers = [(json.loads(text), readable) for text, readable in answer_lines(CLASSIFIER, lines)]
    assert [fields["match"] for fields, _ in answers] == ["template", *["none"] * 5, "code"]
    assert [readable for _, readable in answers] == [True, *[False] * 5, True]
    assert all(("error" in fields) is not readable for fields, readable in answers)
