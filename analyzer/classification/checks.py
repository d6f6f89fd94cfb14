"""What a catalogue's fields may hold: each check takes a value and says why it will not do, or None."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from difflib import get_close_matches

from analyzer.classification.entry import LANGUAGES

Check = Callable[[object], str | None]
"""Takes a field's value and returns why it will not do and what would, or None."""

PLACEHOLDER = "%s"
SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")
LONGEST_QUOTE = 60
"""Characters of a faulty value that an error line repeats."""

KINDS = {
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    list: "a list",
    dict: "a table",
}


def text(value: object) -> str | None:
    """Check that a value is text with something in it."""
    if not isinstance(value, str):
        return f"{kind(value)} where text is needed; put it in quotes"
    return None if value.strip() else "empty; write something, or leave an optional field out"


def one_of(choices: Sequence[str]) -> Check:
    """Make a check that a value is one of `choices`."""

    def check(value: object) -> str | None:
        reason = text(value)
        if reason is None and value not in choices:
            reason = f"{quote(value)} is unknown; {suggest(str(value), choices)}"
        return reason

    return check


def slug(value: object) -> str | None:
    """Check that a value is an identifier that reads well in commands, pages and SQL."""
    if (reason := text(value)) is not None:
        return reason
    if SLUG.fullmatch(str(value)):
        return None
    return (
        f'{quote(value)} is no identifier; use 1 to 80 of a-z, 0-9, ".", "_" and "-", a letter or digit first'
    )


def wire_message(value: object) -> str | None:
    """Check that a message has words of its own beside its placeholders."""
    if (reason := text(value)) is not None:
        return reason
    if re.search(r"[^\W_]", str(value).replace(PLACEHOLDER, " ")):
        return None
    return (
        f"{quote(value)} has no words of its own and would fit every text; write those around {PLACEHOLDER}"
    )


def wire_messages(value: object) -> str | None:
    """Check that a value is a list of messages."""
    if not isinstance(value, list):
        return f'{kind(value)} where a list of texts is needed; write it as ["..."]'
    for position, message in enumerate(value, 1):
        if (reason := wire_message(message)) is not None:
            return f"number {position}: {reason}"
    return None


def http_status(value: object) -> str | None:
    """Check that a value is an HTTP status."""
    if not isinstance(value, int) or isinstance(value, bool):
        return f"{kind(value)} where a whole number is needed; write a status such as 429, without quotes"
    return None if 100 <= value <= 599 else f"{value} is no HTTP status; use 100 to 599, or leave it out"


def error_code(value: object) -> str | None:
    """Check that a value can be told from other text as an error code."""
    if (reason := text(value)) is not None:
        return reason
    if re.fullmatch(r"\d{3}", str(value)):
        return (
            f"{quote(value)} is a bare status and proves nothing; write http_status = {value}, leave code out"
        )
    return f"{quote(value)} has white space; write the code alone" if re.search(r"\s", str(value)) else None


def iso_date(value: object) -> str | None:
    """Check that a value is a day written YYYY-MM-DD."""
    if (reason := text(value)) is not None:
        return reason
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return f'{quote(value)} is no date; write it as "2026-01-31"'
    return None


def both_languages(value: object) -> str | None:
    """Check that a value is a table with one text for each language and nothing else."""
    if not isinstance(value, dict):
        return f'{kind(value)} where a table is needed; write it as {{ en = "...", zh = "..." }}'
    for language in value:
        if language not in LANGUAGES:
            return f"unknown language {quote(language)}; {suggest(language, LANGUAGES)}"
    for language in LANGUAGES:
        reason = text(value[language]) if language in value else "missing; add it"
        if reason is not None:
            return f"language {language}: {reason}"
    return None


def suggest(name: str, choices: Sequence[str]) -> str:
    """Say which of `choices` was probably meant, or all of them."""
    near = get_close_matches(name, choices, n=1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(choices)}"


def kind(value: object) -> str:
    """Name a value's type in plain words."""
    return KINDS.get(type(value), f"a {type(value).__name__}")


def quote(value: object) -> str:
    """Put a value in quotes for an error line, cut where it is long."""
    shown = str(value)
    return f'"{shown}"' if len(shown) <= LONGEST_QUOTE else f'"{shown[:LONGEST_QUOTE]}…"'
