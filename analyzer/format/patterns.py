"""Patterns of a format file: checked once, and turned into SQL expressions.

A pattern is RE2, as DuckDB runs it, with Python's names for groups (`(?P<time>...)`). `{name}` stands
for the part of that name (`[settings.part]`), so that what several patterns share is written once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache

import duckdb

from analyzer.quote import quote_list, quote_text

_GROUP = re.compile(r"\(\?P<\w+>")
NEVER = r"[^\s\S]"


def fill(pattern: str, parts: Mapping[str, str]) -> str:
    """Return `pattern` with each `{name}` of a known part replaced, parts within parts included."""
    return _filled(pattern, tuple(parts.items()))


@cache
def _filled(pattern: str, named: tuple[tuple[str, str], ...]) -> str:
    parts = dict(named)
    for _ in range(len(parts) + 1):
        filled = re.sub(
            r"\{([a-z_]+)\}",
            lambda match: f"(?:{parts[match[1]]})" if match[1] in parts else match[0],
            pattern,
        )
        if filled == pattern:
            break
        pattern = filled
    return pattern


@cache
def _tester() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@cache
def fault(pattern: str) -> str | None:
    """Return why `pattern` cannot be used, in a few words, or None where it can."""
    try:
        re.compile(pattern)
        _tester().execute("SELECT regexp_matches('', ?)", [pattern]).fetchone()
    except re.error as error:
        return str(error)
    except duckdb.Error as error:
        return str(error).splitlines()[0]
    return None


def matches_any(patterns: Sequence[str], lines: Sequence[str]) -> list[bool]:
    """Tell of each pattern whether it matches any of `lines`, in one look at them; linear in their
    length, as Python's own would not be."""
    if not patterns or not lines:
        return [False] * len(patterns)
    looks = ", ".join(f"bool_or(regexp_matches(line, {quote_text(pattern)}))" for pattern in patterns)
    query = f"SELECT {looks} FROM unnest($1::VARCHAR[]) AS tried(line)"  # noqa: S608 - quoted above
    return list(_tester().execute(query, [list(lines)]).fetchall()[0])


def groups(pattern: str) -> tuple[str, ...]:
    """Return the names of a pattern's groups in order; an unnamed group has the name ''."""
    compiled = re.compile(pattern)
    names = [""] * compiled.groups
    for name, number in compiled.groupindex.items():
        names[number - 1] = name
    return tuple(names)


def any_of(patterns: Sequence[str], anchor: str = "") -> str:
    """Return one SQL literal: a pattern that matches where one of `patterns` does."""
    joined = "|".join("(?:" + _GROUP.sub("(?:", pattern) + ")" for pattern in patterns)
    return quote_text(f"{anchor}(?:{joined})" if patterns else NEVER)


def whole_match(text: str, patterns: Sequence[str]) -> str:
    """Return a SQL expression: whether one of `patterns` is all of `text`.

    Each is tried by itself, because several ambiguous ones joined make an automaton too large to keep.
    """
    return " OR ".join(f"regexp_full_match({text}, {quote_text(pattern)})" for pattern in patterns) or "FALSE"


def first_group(text: str, patterns: Sequence[str]) -> str:
    """Return a SQL expression: the first group of the first of `patterns` found in `text`, or NULL."""
    found = [f"nullif(regexp_extract({text}, {quote_text(pattern)}, 1), '')" for pattern in patterns]
    return f"coalesce({', '.join(found)}, NULL)" if found else "NULL"


def first_fields(text: str, patterns: Sequence[str], names: Sequence[str], guard: str = "TRUE") -> list[str]:
    """Return SQL expressions, one a pattern: a struct of its groups, or NULL where it does not match."""
    return [
        f"CASE WHEN {guard} AND regexp_matches({text}, {quote_text(pattern)})"
        f" THEN regexp_extract({text}, {quote_text(pattern)}, {quote_list(names)}) END"
        for pattern in patterns
    ]
