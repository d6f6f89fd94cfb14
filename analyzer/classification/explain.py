"""Takes an error as people and programs hand it over, and says what the rule makes of it.

A person pastes any text: a body, a Python repr, an SDK's text, a log line. A program hands a record
`{"status", "code", "message"}` over. Both may turn out to be a success that only quotes an error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from analyzer.classification.codes import SUCCESS_CODES, Kind
from analyzer.classification.entry import Classification, Entry
from analyzer.classification.rule import Classifier
from analyzer.classification.unwrap import unwrap
from analyzer.classification.verdict import NONE

_PLACE_START = re.compile(r'\s*(?:[\[{]|"\s*(?:\\+["n]|\{)|(?:event:.*\n\s*)?data:)')
_PLACE_INSIDE = re.compile(r"(?:^|\n)\s*data:\s*\{")
_STATUS_TEXT = re.compile(
    r"""\bHTTP/[0-9.]+["']?\s+([1-5][0-9]{2})\b
      | \b(?:error\s+code|(?:http[ _-]?)?status(?:[ _-]?code)?)["']?\s*[:=]\s*["']?([1-5][0-9]{2})\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CODE_TEXT = re.compile(r"(?i)\b(?:error[ _]?)?code[\"']?\s*[:=]\s*[\"']?([a-z][\w.\-]*[a-z0-9_])")
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
_LEADING_STATUS = re.compile(r"\s*(-?[0-9]{1,3})(?![0-9])")


@dataclass(frozen=True)
class Explanation:
    """What is known of a pasted error.

    `entry` is its one entry, None where none is sure; `rows` are then the rows of its code, if that is
    known. `status` is the HTTP status that the text tells.
    """

    classification: Classification
    entry: Entry | None
    rows: tuple[Entry, ...]
    status: int | None


def explain(classifier: Classifier, text: str) -> Explanation:
    """Explain one pasted error; a terminal's colours in it are taken off."""
    status, code, message = take_apart(_COLOUR.sub("", text))
    found = NONE if is_success(classifier, status, code, message) else classifier.classify(code, message)
    entry = classifier.entries[found.entry_id] if found.entry_id is not None else None
    rows = classifier.rows[classifier.codes.read(found.code).key] if found.match == "code" else ()
    return Explanation(found, entry, rows, status)


def take_apart(text: str) -> tuple[int | None, str | None, str]:
    """Return the status, the code and the message that a pasted text tells.

    The text itself is the message, for the rule finds bodies and codes in it. A code is taken out only
    where the text names one in so many words outside its bodies (`code=...`), because another
    provider's code forbids to match the message.
    """
    found = unwrap(text)
    visible = found.passages[0].rest
    told = _STATUS_TEXT.search(visible)
    status = int(told.group(1) or told.group(2)) if told else None
    if status is None:
        status = next((body.status for body in found.bodies if body.status is not None), None)
    named = _CODE_TEXT.search(visible) if not any(body.code for body in found.bodies) else None
    return status, named.group(1) if named else None, text


def answer(classifier: Classifier, record: Mapping[str, Any]) -> dict[str, Any]:
    """Classify a record `{"status", "code", "message"}`, each possibly absent, null or of another type.

    Returns `{"entry_id", "http_status", "code", "template", "match", "params"}`: the catalogue's own
    status, code and message, None where there is none.
    """
    status = _as_status(record.get("status"))
    code = _as_text(record.get("code"))
    message = _as_text(record.get("message"))
    if is_success(classifier, status, code, message):
        return as_answer(classifier, NONE)
    return as_answer(classifier, classifier.classify(code, message))


def as_answer(classifier: Classifier, found: Classification) -> dict[str, Any]:
    """Return a classification in the fields that programs are promised."""
    entry = classifier.entries[found.entry_id] if found.entry_id is not None else None
    return {
        "entry_id": found.entry_id,
        "http_status": entry.http_status if entry else None,
        "code": entry.code if entry else found.code,
        "template": entry.message if entry else None,
        "match": found.match,
        "params": list(found.params),
    }


def is_success(classifier: Classifier, status: int | None, code: str | None, message: str | None) -> bool:
    """Say whether there was no failure: a status below 400 or a success's code, and no error in its place.

    An error's place is the code, a body that is the whole message, and an event of a stream; a text
    that only quotes an error is none. Statuses below 100 say that nothing was answered.
    """
    seen = classifier.codes.read(code)
    if status is None and seen.kind is Kind.EMPTY:
        status = seen.status
        if code is not None and code.strip().lower() in SUCCESS_CODES - {"0"}:
            status = 200
    if status is None or not 100 <= status < 400 or seen.kind is not Kind.EMPTY:
        return False
    return not _is_error_place(message or "")


def _is_error_place(message: str) -> bool:
    if "{" not in message or not (_PLACE_START.match(message) or _PLACE_INSIDE.search(message)):
        return False
    deepest = 1 if message.lstrip().startswith('"') else 0
    return any(body.depth <= deepest for body in unwrap(message).bodies)


def _as_status(value: object) -> int | None:
    """Read a status written as a number or as text that starts with one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value if -1 <= value <= 999 else None
    found = _LEADING_STATUS.match(value) if isinstance(value, str) else None
    return int(found.group(1)) if found else None


def _as_text(value: object) -> str | None:
    """Return a field's text; a number's digits, an object's JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)
