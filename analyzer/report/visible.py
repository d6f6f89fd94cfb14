"""Making log text safe to look at: what a log line says is shown, never obeyed.

This file makes invisible and direction-changing characters visible; the templates and the page's script
put every text in as text, never as mark-up.
"""

from __future__ import annotations

import re

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
    "|[\U000e0000-\U000e007f]"
)
TEXT_LENGTH = 2000
"""Longest text on the page, in characters; the store holds the whole."""
CODE_LENGTH = 80
"""Longest error code on the page."""


def visible(text: str) -> str:
    """Return `text` with control, zero-width and bidirectional characters shown by their number."""
    return _INVISIBLE.sub(lambda found: f"⟨U+{ord(found.group()):04X}⟩", text.replace("\r\n", "\n"))


def shortened(text: str, length: int = TEXT_LENGTH) -> str:
    """Return `text`, its end cut off beyond `length` characters."""
    return text if len(text) <= length else f"{text[: length - 1]}…"
