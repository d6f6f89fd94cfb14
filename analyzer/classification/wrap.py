"""Plain text in columns: how wide a text stands in a terminal, and where its lines break."""

from __future__ import annotations

import re
from unicodedata import combining, east_asian_width

PIECES = re.compile(r"\s+|[\u0021-\u2fff]+|.", re.DOTALL)
"""White space, a run that only breaks at white space, or one character that a line may end after."""

NEVER_FIRST = set("，。、；：？！）》”’…·")
"""Punctuation that no line begins with."""


def display_width(text: str) -> int:
    """Return how many columns `text` takes: a wide character two, a combining one none."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text if not combining(letter))


def pad(text: str, width: int) -> str:
    """Return `text` followed by spaces up to `width` columns."""
    return text + " " * (width - display_width(text))


def wrap(text: str, width: int) -> list[str]:
    """Break `text` into lines of at most `width` columns; white space becomes one space.

    Words stay whole, however long; Chinese breaks after any character but before no closing
    punctuation, so that a line may be one character too long.
    """
    lines, line = [], ""
    for piece in PIECES.findall(" ".join(text.split())):
        fits = display_width(line) + display_width(piece) <= width
        if line and not fits and piece[0] not in NEVER_FIRST:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]
