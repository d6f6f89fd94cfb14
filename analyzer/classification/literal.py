"""Reads an object out of a text: JSON, or a Python repr read as the literal it is, whole or cut off.

A text from a log is damaged in every way, so the reader never fails: it gives what is readable up to
the place where it stops making sense. It works without recursion, in time proportional to what it
reads, and to a bounded depth.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

DEEPEST = 64
_JSON = json.JSONDecoder(strict=False)
_JSON_START = re.compile(r'\{\s*["}]')
_TOKEN = re.compile(
    r"""\s*+(?:
        (?P<mark>[{}\[\](),:])
      | [bBuUrR]{0,2}(?: "(?P<double>(?:[^"\\]++|\\.)*+)(?P<closed_double>"?)
                       | '(?P<single>(?:[^'\\]++|\\.)*+)(?P<closed_single>'?) )
      | (?P<bare>[^\s{}\[\](),:"']++)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"""\\(?: u(?P<high>[dD][89abAB][0-9a-fA-F]{2})\\u(?P<low>[dD][c-fC-F][0-9a-fA-F]{2})
            | u(?P<short>[0-9a-fA-F]{4}) | U(?P<long>[0-9a-fA-F]{8})
            | (?P<bytes>x[0-9a-fA-F]{2}(?:\\x[0-9a-fA-F]{2})*+) | (?P<other>.) )""",
    re.VERBOSE | re.DOTALL,
)
_CONTROL = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "\n": ""}
_NOTHING = frozenset({"null", "None", "nil"})
_TRUTH = {"true": True, "True": True, "false": False, "False": False}
_CUT_ESCAPE = re.compile(r"\\(?:u[0-9a-fA-F]{0,3}|U[0-9a-fA-F]{0,7}|x[0-9a-fA-F]?)?\Z")
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_OPENING = "{[("
_CLOSING = "}])"


def undo_escapes(text: str) -> str:
    r"""Undo one level of JSON's, Python's or nginx's escapes; runs of `\xHH` that are UTF-8 are decoded."""
    return _ESCAPE.sub(_unescape, text) if "\\" in text else text


def _unescape(found: re.Match[str]) -> str:
    if found["other"] is not None:
        return _CONTROL.get(found["other"], found["other"])
    if found["bytes"] is not None:
        raw = bytes.fromhex(found["bytes"].replace("\\x", "")[1:])
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.decode("latin-1")
    if found["high"] is not None:
        return chr(0x10000 + ((int(found["high"], 16) & 0x3FF) << 10) + (int(found["low"], 16) & 0x3FF))
    point = int(found["short"] or found["long"], 16)
    return chr(point) if point < 0x110000 and not 0xD800 <= point < 0xE000 else "\ufffd"


def read_object(text: str, start: int) -> tuple[dict[str, Any], int]:
    """Read the object that opens with the brace at `start`; return it and the place behind what was read.

    Lists and tuples inside it come as lists, a value that is neither JSON nor a Python literal as its
    bare text. An object cut off or damaged gives what stands before the damage.
    """
    if _JSON_START.match(text, start):
        try:
            value, end = _JSON.raw_decode(text, start)
        except (ValueError, RecursionError):
            return _read_loosely(text, start)
        return value, end
    return _read_loosely(text, start)


@dataclass(slots=True)
class _Frame:
    """A container that is still open; `expects` is what the next token should be."""

    container: dict[str, Any] | list[Any]
    expects: str
    key: str = ""
    items: list[Any] = field(default_factory=list)

    def put(self, value: Any) -> None:
        if isinstance(self.container, dict):
            self.container[self.key] = value
        else:
            self.container.append(value)
        self.expects = "comma"


def _read_loosely(text: str, start: int) -> tuple[dict[str, Any], int]:
    root: dict[str, Any] = {}
    stack = [_Frame(root, "key")]
    position = start + 1
    while stack and (token := _TOKEN.match(text, position)):
        if not _take(token, stack):
            break
        position = token.end()
    return root, position


def _take(token: re.Match[str], stack: list[_Frame]) -> bool:
    """Let the innermost open container take `token`; say whether it made sense there."""
    frame = stack[-1]
    mark = token["mark"]
    if mark is None:
        return _take_scalar(token, frame)
    if mark in _CLOSING:
        stack.pop()
        return True
    if mark in _OPENING:
        return _open(mark, stack)
    if mark == ":":
        if frame.expects == "colon":
            frame.expects = "value"
            return True
        return frame.expects == "comma"
    if frame.expects == "colon":
        return False
    frame.expects = "key" if isinstance(frame.container, dict) else "value"
    return True


def _open(mark: str, stack: list[_Frame]) -> bool:
    frame = stack[-1]
    if frame.expects in ("key", "colon") or len(stack) >= DEEPEST:
        return False
    inner = _Frame({}, "key") if mark == "{" else _Frame([], "value")
    if frame.expects == "value":
        frame.put(inner.container)
    # Else it belongs to a value that is no literal, as in `Decimal('1')`: read over it.
    stack.append(inner)
    return True


def _take_scalar(token: re.Match[str], frame: _Frame) -> bool:
    if frame.expects == "colon":
        return False
    quoted = _quoted(token)
    if frame.expects == "key":
        frame.key = quoted if quoted is not None else token["bare"]
        frame.expects = "colon"
    elif frame.expects == "value":
        frame.put(quoted if quoted is not None else _constant(token["bare"]))
    return True


def _quoted(token: re.Match[str]) -> str | None:
    """Return what a string says; of one that was cut off, without the half of an escape at its end."""
    for mark in ("double", "single"):
        if token[mark] is not None:
            whole = token[f"closed_{mark}"]
            return undo_escapes(token[mark] if whole else _CUT_ESCAPE.sub("", token[mark]))
    return None


def _constant(bare: str) -> Any:
    if bare in _NOTHING:
        return None
    if bare in _TRUTH:
        return _TRUTH[bare]
    return int(bare) if _INTEGER.fullmatch(bare) else bare
