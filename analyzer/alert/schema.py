"""The declared schema of a file of rules: which keys there are, and what each value may be.

A reader takes a value and returns it checked, or raises ValueError with the reason and the way out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

Read = Callable[[Any], Any]

_SPAN = re.compile(r"(\d{1,5})\s*(m|h|d|w)")
_MINUTES = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}
_SLUG = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Required:
    """Stands for the default of a key that has none."""


REQUIRED = Required()


@dataclass(frozen=True)
class Key:
    """One key of a table: what reads its value, and its value where it is left out."""

    read: Read
    default: Any = REQUIRED


def read_table(table: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
    """Return every key's value. Raises KeyFaultError for an unknown key, a missing one or a wrong value."""
    for name in table:
        if name not in keys:
            raise KeyFaultError(name, f"there is no such key; {nearest(name, keys)}")
    values = {}
    for name, key in keys.items():
        if name not in table:
            if key.default is REQUIRED:
                raise KeyFaultError(name, "it is missing; add it")
            values[name] = key.default
            continue
        try:
            values[name] = key.read(table[name])
        except ValueError as error:
            raise KeyFaultError(name, str(error)) from error
    return values


class KeyFaultError(ValueError):
    """A key whose value will not do."""

    def __init__(self, key: str, reason: str) -> None:
        super().__init__(f"{key}: {reason}")
        self.key = key


def nearest(name: str, known: Mapping[str, Any] | tuple[str, ...]) -> str:
    """Return the way out for an unknown name: the nearest known one, else all of them."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"


def text(value: Any) -> str:
    """Read a text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"write a text in quotes, not {shown(value)}")
    return value


def slug(value: Any) -> str:
    """Read a name of small letters, digits, - and _."""
    if not isinstance(value, str) or not _SLUG.fullmatch(value):
        raise ValueError(f"write a name of a-z, 0-9, - and _, such as 'provider-errors', not {shown(value)}")
    return value


def title(value: Any) -> dict[str, str]:
    """Read a title: a text, or one for each language."""
    if isinstance(value, str):
        return {"en": text(value)}
    if not isinstance(value, dict) or "en" not in value:
        raise ValueError("write a text, or { en = '...', zh = '...' }")
    return {str(language): text(said) for language, said in value.items()}


def span(value: Any) -> int:
    """Read a span of time such as `10m`, `6h`, `30d` or `4w`, and return its minutes."""
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise ValueError(f"write a span such as '10m', '6h', '30d' or '4w', not {shown(value)}")
    return int(found[1]) * _MINUTES[found[2]]


def span_or_none(value: Any) -> int:
    """Read a span of time, or 0 for none."""
    return 0 if value in (0, "0", "0m") else span(value)


def up_to(read: Read, least: int, most: int, words: str) -> Read:
    """Return a reader of spans between two bounds, which `words` name."""

    def bounded(value: Any) -> int:
        minutes: int = read(value)
        if not least <= minutes <= most:
            raise ValueError(f"write a span {words}, not {shown(value)}")
        return minutes

    return bounded


def number(value: Any) -> float:
    """Read a number above 0."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value <= 0:
        raise ValueError(f"write a number above 0, not {shown(value)}")
    return float(value)


def share(value: Any) -> float:
    """Read a part of 1, such as 0.05 for 5 %."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not 0 < value < 1:
        raise ValueError(f"write a part of 1, such as 0.05 for 5 %, not {shown(value)}")
    return float(value)


def up_to_one(value: Any) -> float:
    """Read a part of 1 that may be all of it: 1.0 is where everything fails."""
    return 1.0 if value == 1 and not isinstance(value, bool) else share(value)


def whole(value: Any) -> int:
    """Read a whole number above 0."""
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise ValueError(f"write a whole number above 0, not {shown(value)}")
    return value


def truth(value: Any) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise ValueError(f"write true or false, not {shown(value)}")
    return value


def one_of(*words: str) -> Read:
    """Return a reader of one of the words."""

    def read(value: Any) -> str:
        if value not in words:
            near = nearest(value, words) if isinstance(value, str) else f"there are {', '.join(words)}"
            raise ValueError(f"it cannot be {shown(value)}; {near}")
        return str(value)

    return read


def shown(value: Any) -> str:
    """Return a value as a message shows it."""
    return "a table" if isinstance(value, Mapping) else repr(value)
