"""Single values as text: for people in a terminal, for files, and for JSON.

Log text is hostile: what a terminal would obey instead of showing is written out as `\\x1b`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from analyzer.classification import wrap
from analyzer.text import OBEYED, visible


def display_width(text: str) -> int:
    """Return how many cells of a terminal `text` fills: two for wide characters, none for combining ones."""
    return len(text) if text.isascii() else wrap.display_width(text)


def shortened(text: str, width: int) -> str:
    """Return `text` cut to `width` cells, its end then being `…`."""
    if display_width(text) <= width:
        return text
    kept, filled = "", 0
    for character in text:
        filled += display_width(character)
        if filled > width - 1:
            break
        kept += character
    return kept + "…"


def plain(value: Any) -> str:
    """Return a value as text that loses nothing: ISO 8601 times, lists and structures as JSON, NULL empty."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    simple = simplified(value)
    return simple if isinstance(simple, str) else to_json(simple)


def short(value: Any) -> str:
    """Return a value as a person reads it in a table: few digits, times to the second, nothing to obey."""
    if isinstance(value, float) and math.isfinite(value):
        digits = f"{value:.3f}" if 1 <= abs(value) < 1e15 else f"{value:.4g}"
        return digits if "e" in digits else re.sub(r"(\.\d*?)0+$", r"\1", digits).removesuffix(".")
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return visible(plain(value))


def simplified(value: Any) -> Any:
    """Return a value as JSON can hold it: NaN and infinities as null, times as ISO 8601, bytes as hex."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Decimal):
        return _number(value)
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g} s"
    if isinstance(value, bytes):
        return "0x" + value.hex()
    if isinstance(value, Mapping):
        return {str(key): simplified(item) for key, item in value.items()}
    if _is_interval(value):
        return f"P{value.months}M{value.days}DT{value.nanoseconds / 1e9:g}S"
    if isinstance(value, list | tuple):
        return [simplified(item) for item in value]
    return str(value)


def to_json(value: Any) -> str:
    """Return a value as one line of JSON; characters that a terminal would obey are escaped."""
    text = json.dumps(simplified(value), ensure_ascii=False, allow_nan=False)
    return OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _number(value: Decimal) -> int | float | str:
    """Return the number of the same value that JSON can hold, or its digits where there is none."""
    if value == value.to_integral_value():
        return int(value)
    return float(value) if Decimal(repr(float(value))) == value else f"{value:f}"


def _is_interval(value: Any) -> bool:
    return hasattr(value, "months") and hasattr(value, "nanoseconds")
