"""Finds the error bodies inside a text, and those inside their texts, each with its depth.

A body is an object in an error's shape: `{"error": {"code", "message"}}`, `{"error_code", "error_msg"}`,
`{"code", "message"}`, both at once. It may stand in free text (`Error code: 429 - {...}`, `data: {...}`),
as JSON or as a Python repr, escaped once or more, or cut off. What stands in a request that is echoed or
in an answer is no body. The work is bounded for any text.
"""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from analyzer.classification.codes import SUCCESS_CODES
from analyzer.classification.literal import read_object, undo_escapes

LONGEST_TEXT = 1_000_000
DEEPEST = 12
MOST_OBJECTS = 256
FILLER = "\ufffc"
"""Stands in a passage's `rest` for what is inside an object, so that positions stay."""

_CODE_KEYS = ("error_code", "errorCode", "err_code", "errcode")
_MESSAGE_KEYS = ("error_msg", "errorMsg", "error_message", "errorMessage", "err_msg", "errmsg")
_PLAIN_MESSAGE_KEYS = ("message", "msg", "detail", "reason", "description", "error_description")
_TEXT_KEYS = (*_MESSAGE_KEYS, *_PLAIN_MESSAGE_KEYS)
_STATUS_KEYS = ("status", "status_code", "statusCode", "http_status", "httpStatus", "http_status_code")
_ERROR_KEYS = ("error", "errors", "err", "exception", "last_error")
_CONTAINER_KEYS = (
    *("cause", "causes", "inner_error", "innererror", "innerError", "original_error", "upstream_error"),
    *("details", "body", "response", "data", "metadata", "raw", "upstream", "task", "error_data"),
)
_REQUEST_KEYS = frozenset({"messages", "prompt", "input", "tools", "temperature", "max_tokens", "stream"})
_ANSWER_KEYS = frozenset({"choices", "usage", "delta"})
_INNER_KEYS = frozenset((*_TEXT_KEYS, *_ERROR_KEYS, *_CONTAINER_KEYS))
_OBJECT_TEXT = re.compile(r"\s*(?:data:\s*|\"\s*)?\{")
_ESCAPED = re.compile(r"""\{(?:\s|\\+[nrt])*+(?:\\+["']|\\+u0022|\\+x22|&quot;|&\#34;)""")
_ESCAPED_TEXT = re.compile(r"""(?:[^"\\]++|\\.)*+""", re.DOTALL)
_STATUS_TEXT = re.compile(r"(?i)\b(?:error|status)[ _]code['\"]?\s*[:=]?\s*([1-5][0-9]{2})(?![0-9])")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Body:
    """An error body: what stands in its places for code, message and status, and how deep it lies.

    Depth 0 is the text itself; what stands inside a body's text or fields is one deeper.
    """

    depth: int
    code: str | None
    message: str | None
    status: int | None


@dataclass(frozen=True, slots=True)
class Passage:
    """A text in an error's place; `rest` is as long, with the inside of each object blanked."""

    depth: int
    text: str
    rest: str


@dataclass(slots=True)
class Unwrapped:
    """The bodies and the passages of a text, outermost first, and the status named in its free text."""

    bodies: list[Body] = field(default_factory=list)
    passages: list[Passage] = field(default_factory=list)
    status: int | None = None


def unwrap(text: str) -> Unwrapped:
    """Find all error bodies in `text`."""
    found = Unwrapped()
    pending: deque[tuple[int, Any]] = deque([(0, text[:LONGEST_TEXT])])
    seen: set[tuple[int, str]] = set()
    objects = 0
    while pending and objects < MOST_OBJECTS:
        depth, item = pending.popleft()
        if depth > DEEPEST:
            continue
        objects += 1
        if isinstance(item, str):
            if (depth, item) in seen:
                continue
            seen.add((depth, item))
            passage, inner = _scan(item, depth, MOST_OBJECTS - objects)
            found.passages.append(passage)
            objects += len(inner)
            pending += inner
        else:
            bodies, inner = _harvest(item, depth)
            found.bodies += bodies
            pending += inner
    named = _STATUS_TEXT.search(found.passages[0].rest)
    found.status = int(named.group(1)) if named else None
    return found


def _scan(text: str, depth: int, budget: int) -> tuple[Passage, list[tuple[int, Any]]]:
    """Find the objects that stand in `text`, plain or escaped, and blank them."""
    inner: list[tuple[int, Any]] = []
    pieces: list[str] = []
    position = 0
    while budget > 0 and (start := text.find("{", position)) >= 0:
        budget -= 1
        pieces.append(text[position:start])
        value: Any
        if escaped := _ESCAPED.match(text, start):
            value, end = _escaped(text, start, escaped.group())
            inner.append((depth + 1, value))
        else:
            value, end = read_object(text, start)
            if value:
                inner.append((depth, value))
        blank = value and end > start + 1
        pieces.append("{" + FILLER * (end - start - 2) + "}" if blank else text[start:end])
        position = end
    pieces.append(text[position:])
    return Passage(depth, text, "".join(pieces)), inner


def _escaped(text: str, start: int, opening: str) -> tuple[str, int]:
    """Undo one level of escapes from the brace at `start` to the end of the string it stands in."""
    if opening.endswith(";"):
        return html.unescape(text[start:]), len(text)
    region = _ESCAPED_TEXT.match(text, start)
    end = region.end() if region else len(text)
    return undo_escapes(text[start:end]), end


def _harvest(item: dict[str, Any], depth: int) -> tuple[list[Body], list[tuple[int, Any]]]:
    """Take the bodies of an object, and the texts and objects inside that may hold further ones."""
    bodies: list[Body] = []
    inner: list[tuple[int, Any]] = []
    held = [value for key in _ERROR_KEYS if key in item for value in _listed(item[key])]
    taken = {id(value) for value in held}
    for value in held:
        if isinstance(value, dict):
            bodies.append(_body(value, depth, item))
            inner += _inside(value, depth)
        elif isinstance(value, str) and value:
            bodies.append(Body(depth, None, value, _status(item)))
            inner.append((depth + 1, value))
    if _is_success(item, bool(held)):
        return bodies, inner
    if _is_error(item):
        bodies.append(_body(item, depth, item))
    if _is_exchange(item):
        return bodies, inner
    inner += ((deeper, value) for deeper, value in _inside(item, depth) if id(value) not in taken)
    return bodies, inner


def _is_success(item: dict[str, Any], has_error: bool) -> bool:
    code = _first(item, (*_CODE_KEYS, "code"))
    return not has_error and code is not None and str(code).strip().lower() in SUCCESS_CODES


def _is_exchange(item: dict[str, Any]) -> bool:
    """Say whether an object is an echoed request or an answer: what it holds was said, it did not happen."""
    return bool(item.keys() & _ANSWER_KEYS or item.keys() & _REQUEST_KEYS)


def _is_error(item: dict[str, Any]) -> bool:
    code, message = _first(item, _CODE_KEYS), _first(item, _MESSAGE_KEYS)
    if _is_exchange(item):
        return code is not None and message is not None
    plain = item.get("code") is not None and _first(item, _PLAIN_MESSAGE_KEYS) is not None
    return plain or code is not None or message is not None


def _body(fields: dict[str, Any], depth: int, around: dict[str, Any]) -> Body:
    code = _first(fields, (*_CODE_KEYS, "code"))
    message = _first(fields, _TEXT_KEYS)
    status = _status(fields)
    return Body(
        depth,
        _clean(str(code)) if isinstance(code, str | int) and not isinstance(code, bool) else None,
        _clean(message) if isinstance(message, str) else None,
        status if status is not None else _status(around),
    )


def _inside(fields: dict[str, Any], depth: int) -> Iterator[tuple[int, Any]]:
    """Yield what may hold a deeper body: texts in a message's place, objects in an error's."""
    for key, held in fields.items():
        if key not in _INNER_KEYS:
            continue
        for value in _listed(held):
            if isinstance(value, dict) and value:
                yield depth + 1, value
            elif isinstance(value, str) and (key in _TEXT_KEYS or _OBJECT_TEXT.match(value)):
                yield depth + 1, _clean(value)


def _listed(value: Any) -> list[Any]:
    return value[:MOST_OBJECTS] if isinstance(value, list) else [value]


def _first(fields: dict[str, Any], keys: tuple[str, ...]) -> Any:
    return next((fields[key] for key in keys if fields.get(key) is not None), None)


def _status(fields: dict[str, Any]) -> int | None:
    for key in _STATUS_KEYS:
        value = fields.get(key)
        if isinstance(value, str) and len(value) == 3 and value.isascii() and value.isdigit():
            value = int(value)
        if isinstance(value, int) and 100 <= value <= 599:
            return int(value)
    return None


def _clean(text: str) -> str:
    """Replace halves of surrogate pairs, which no encoding can write."""
    return text if text.isascii() else _SURROGATE.sub("\ufffd", text)
