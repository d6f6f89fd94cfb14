"""Times that a server writes in a form of its own (`strftime`): how they look, and how they are read."""

from __future__ import annotations

import re

_PIECES = {
    "a": (r"[A-Za-z]+", "%a"),
    "A": (r"[A-Za-z]+", "%A"),
    "b": (r"[A-Za-z]+", "%b"),
    "h": (r"[A-Za-z]+", "%b"),
    "B": (r"[A-Za-z]+", "%B"),
    "d": (r"\d\d", "%d"),
    "e": (r"[ \d]?\d", "%d"),
    "D": (r"\d\d/\d\d/\d\d", "%m/%d/%y"),
    "F": (r"\d{4}-\d\d-\d\d", "%Y-%m-%d"),
    "f": (r"\d{1,9}", "%f"),
    "H": (r"\d\d", "%H"),
    "I": (r"\d\d", "%I"),
    "j": (r"\d{3}", "%j"),
    "m": (r"\d\d", "%m"),
    "M": (r"\d\d", "%M"),
    "p": (r"[AaPp][Mm]", "%p"),
    "R": (r"\d\d:\d\d", "%H:%M"),
    "S": (r"\d\d", "%S"),
    "T": (r"\d\d:\d\d:\d\d", "%H:%M:%S"),
    "y": (r"\d\d", "%y"),
    "Y": (r"\d{4}", "%Y"),
    "z": (r"[+-]\d{4}", "%z"),
    "Z": (r"[A-Z]+", "%Z"),
    "%": (r"%", "%%"),
}
_PIECE = re.compile(r"%[1-9]?([A-Za-z%])")
_FRACTIONS = {"msec_frac": (r"\d{3}", "%g"), "usec_frac": (r"\d{6}", "%f")}


def read_strftime(form: str) -> tuple[str, str] | None:
    """Return the pattern of what `form` writes and the form in which DuckDB reads it.

    None for a form with a piece that cannot be read. `msec_frac` and `usec_frac` are Apache's.
    """
    if form in _FRACTIONS:
        return _FRACTIONS[form]
    pattern, read, last = "", "", 0
    for match in _PIECE.finditer(form):
        if match[1] not in _PIECES:
            return None
        text = form[last : match.start()]
        shape, piece = _PIECES[match[1]]
        pattern, read, last = pattern + re.escape(text) + shape, read + text + piece, match.end()
    rest = form[last:]
    return (pattern + re.escape(rest), read + rest) if last else None


def is_moment(read: str) -> bool:
    """Tell whether a form tells both day and time."""
    return ("%Y" in read or "%y" in read) and ("%H" in read or "%I" in read)
