"""Explanations and answers as text: for a terminal, as one JSON object, as lines of JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from analyzer.classification.describe import WIDTH, describe_entry
from analyzer.classification.entry import Classification, Entry
from analyzer.classification.explain import Explanation, answer, as_answer
from analyzer.classification.rule import Classifier
from analyzer.classification.verdict import NONE
from analyzer.classification.wrap import wrap
from analyzer.text import Texts

Fields = list[tuple[str, str]]


def describe_explanation(explanation: Explanation, words: Texts, width: int = WIDTH) -> str:
    """Return an explanation for a terminal: how sure it is, then everything about the entry."""
    found = explanation.classification
    parts = [_paragraphs([*_match_fields(explanation, words), *_code_fields(found, words)], width)]
    if explanation.entry is not None:
        parts.append(describe_entry(explanation.entry, words, width))
    elif explanation.rows:
        parts.append("\n".join(_row_line(row) for row in explanation.rows))
    return "\n\n".join(parts)


def explanation_as_json(classifier: Classifier, explanation: Explanation, language: str) -> str:
    """Return an explanation as one JSON object: a record's answer, with what it means and what to do."""
    found, entry = explanation.classification, explanation.entry
    fields: dict[str, Any] = {
        **as_answer(classifier, found),
        "status": explanation.status,
        "outer_code": found.outer_code,
        "outer_status": found.outer_status,
        "category": found.category,
        "action": found.action,
        "owner": found.owner,
        "retry": _retry(explanation),
        "meaning": entry.meaning[language] if entry else None,
        "remedy": entry.remedy[language] if entry else None,
        "remedy_id": entry.remedy_id if entry else None,
        "rows": [row.entry_id for row in explanation.rows],
    }
    return json.dumps(fields, ensure_ascii=False, indent=2)


def answer_lines(classifier: Classifier, lines: Iterable[bytes]) -> Iterator[tuple[str, bool]]:
    """Yield for each line that is not blank its answer as one line of JSON, and whether it was readable."""
    for place, line in enumerate(lines):
        text = line.removeprefix(b"\xef\xbb\xbf") if place == 0 else line
        if not text.strip():
            continue
        record, problem = _read(text)
        fields = (
            answer(classifier, record) if not problem else {**as_answer(classifier, NONE), "error": problem}
        )
        yield json.dumps(fields, ensure_ascii=False), not problem


def _read(line: bytes) -> tuple[dict[str, Any], str]:
    """Read a record; return what is wrong with a line that holds none."""
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        return {}, "the line is not UTF-8 text"
    except (ValueError, RecursionError):
        return {}, "the line is not JSON"
    return (record, "") if isinstance(record, dict) else ({}, "the line is not a JSON object")


def _match_fields(explanation: Explanation, words: Texts) -> Fields:
    found = explanation.classification
    outer = (found.outer_code, found.outer_status)
    return [
        ("match", f"{found.match} ({words.word('match', found.match)})"),
        *(("param", value) for value in found.params),
        ("status", _text(explanation.status)),
        ("outer_code", _text(outer[0])),
        ("outer_status", _text(outer[1])),
    ]


def _code_fields(found: Classification, words: Texts) -> Fields:
    """Return what is known where no entry is."""
    if found.entry_id is not None:
        return []
    terms = [(name, getattr(found, name)) for name in ("category", "action", "owner")]
    return [
        ("code", _text(found.code)),
        *((name, f"{value} ({words.word(name, value)})") for name, value in terms if value is not None),
    ]


def _retry(explanation: Explanation) -> str | None:
    entries = (explanation.entry,) if explanation.entry else explanation.rows
    held = {entry.retry for entry in entries}
    return held.pop() if len(held) == 1 else "several" if held else None


def _row_line(row: Entry) -> str:
    return f"  {row.entry_id}\n    {' '.join(row.message.split())}"


def _paragraphs(fields: Fields, width: int) -> str:
    indent = max(len(name) for name, _ in fields) + 4
    lines: list[str] = []
    for name, value in fields:
        first, *rest = wrap(value, width - indent) if value else [""]
        if first:
            lines.append(f"  {name}".ljust(indent) + first)
            lines += [" " * indent + line for line in rest]
    return "\n".join(lines)


def _text(value: object) -> str:
    return "" if value is None else str(value)
