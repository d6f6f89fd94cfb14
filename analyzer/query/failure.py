"""DuckDB's refusals as one line for the person: where in the SQL, what, and the way out."""

from __future__ import annotations

import re

from analyzer.errors import QueryError
from analyzer.query.cells import display_width
from analyzer.store.failure import MEND, is_damage

_PLACE = re.compile(r"\n+LINE (?P<line>\d+): (?P<text>.*)\n(?P<space> *)\^+.*", re.DOTALL)
_ELLIPSIS = "..."


def explained(error: Exception, sql: str) -> QueryError:
    """Return the error that says what DuckDB said, with line and column of `sql` where it told them.

    Raises KeyboardInterrupt where the query was stopped by the person.
    """
    message = str(error)
    if "interrupted" in message.lower():
        raise KeyboardInterrupt from error
    found = _PLACE.search(message)
    said = " ".join((message[: found.start()] if found else message).split())
    place = f"{_place(found, sql)}: " if found else ""
    return QueryError(f"{place}{said}; {_way_out(said)}")


def _place(found: re.Match[str], sql: str) -> str:
    number = int(found["line"])
    lines = sql.split("\n")
    line = lines[number - 1] if number <= len(lines) else ""
    shown = found["text"]
    marked = _characters(shown, len(found["space"]) - len(f"LINE {number}: "))
    if not shown.startswith(_ELLIPSIS):
        return f"line {number}, column {marked + 1}"
    # A long line is shown in part: the part's place in the line tells the rest.
    part = shown.removeprefix(_ELLIPSIS).removesuffix(_ELLIPSIS)
    start = line.find(part)
    if start < 0:
        return f"line {number}"
    return f"line {number}, column {start + marked - len(_ELLIPSIS) + 1}"


def _characters(text: str, width: int) -> int:
    """Return how many characters of `text` fill `width` cells of a terminal."""
    filled = 0
    for number, character in enumerate(text):
        if filled >= width:
            return number
        filled += display_width(character)
    return len(text)


def _way_out(said: str) -> str:
    lowered = said.lower()
    if is_damage(said):
        return f"the database is damaged: {MEND}"
    if "permission error" in lowered or "read-only" in lowered or "configuration has been locked" in lowered:
        return "a query can only read the store's views"
    if "extension" in lowered:
        return "a query has DuckDB's built-in functions only"
    if lowered.startswith("catalog error: table"):
        return "the views are events, duplicates, sources, rejects, samples, runs, catalogs, catalog_entries"
    if "out of memory" in lowered:
        return "ask for a shorter range or fewer columns"
    return "correct the SQL there" if "error" in lowered else "correct the SQL"
