"""The declared schema of a catalogue file: its tables, their fields, and what each field may hold.

A catalogue is TOML: one `[catalog]` head, a `[remedies.ID]` table for each remedy that entries share,
and one `[[entry]]` for each row of the published table, in the table's order.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from analyzer.classification.entry import ACTIONS, APIS, CATEGORIES, LANGUAGES, OWNERS, RETRIES

Check = Callable[[object], str | None]
"""Takes a field's value and returns why it will not do and what would, or None."""

PLACEHOLDER = "%s"
SLUG = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")


@dataclass(frozen=True)
class Field:
    """One key of a table: its name, what its value must pass, and whether it may be left out."""

    name: str
    check: Check
    required: bool = True


@dataclass(frozen=True)
class Problem:
    """What is wrong with a table: the field, and the reason with the way out."""

    field: str
    reason: str


def find_problem(table: Mapping[str, object], fields: Sequence[Field]) -> Problem | None:
    """Return the first problem of a table: an unknown field, a missing one, or a value that will not do."""
    names = [field.name for field in fields]
    for name in table:
        if name not in names:
            return Problem(name, f"unknown field; {_one_of(name, names)}")
    for field in fields:
        if field.name not in table:
            if field.required:
                return Problem(field.name, "missing; add it")
            continue
        reason = field.check(table[field.name])
        if reason is not None:
            return Problem(field.name, reason)
    return None


def one_of(choices: Sequence[str]) -> Check:
    """Make a check that a value is one of `choices`."""

    def check(value: object) -> str | None:
        reason = text(value)
        if reason is None and value not in choices:
            reason = f'"{value}" is unknown; {_one_of(str(value), choices)}'
        return reason

    return check


def text(value: object) -> str | None:
    """Check that a value is text with something in it."""
    if not isinstance(value, str):
        return f"{_kind(value)} where text is needed; put it in quotes"
    return None if value.strip() else "empty; write something, or leave an optional field out"


def slug(value: object) -> str | None:
    """Check that a value is an identifier that reads well in commands, pages and SQL."""
    if (reason := text(value)) is not None:
        return reason
    if SLUG.fullmatch(str(value)):
        return None
    return f'"{value}" is no identifier; use 1 to 80 of a-z, 0-9, ".", "_" and "-", a letter or digit first'


def wire_message(value: object) -> str | None:
    """Check that a message has words of its own beside its placeholders."""
    if (reason := text(value)) is not None:
        return reason
    if re.search(r"[^\W_]", str(value).replace(PLACEHOLDER, " ")):
        return None
    return f'"{value}" has no words beside placeholders and would fit every text; write the words around {PLACEHOLDER}'


def wire_messages(value: object) -> str | None:
    """Check that a value is a list of messages."""
    if not isinstance(value, list):
        return f'{_kind(value)} where a list of texts is needed; write it as ["..."]'
    for position, message in enumerate(value, 1):
        if (reason := wire_message(message)) is not None:
            return f"number {position}: {reason}"
    return None


def http_status(value: object) -> str | None:
    """Check that a value is an HTTP status."""
    if not isinstance(value, int) or isinstance(value, bool):
        return f"{_kind(value)} where a whole number is needed; write a status such as 429 without quotes"
    return None if 100 <= value <= 599 else f"{value} is no HTTP status; use 100 to 599, or leave it out"


def error_code(value: object) -> str | None:
    """Check that a value can be told from other text as an error code."""
    if (reason := text(value)) is not None:
        return reason
    if re.fullmatch(r"\d{3}", str(value)):
        return (
            f'"{value}" is a bare status and proves nothing; write http_status = {value} and leave code out'
        )
    return f'"{value}" has white space; write the code alone' if re.search(r"\s", str(value)) else None


def iso_date(value: object) -> str | None:
    """Check that a value is a day written YYYY-MM-DD."""
    if (reason := text(value)) is not None:
        return reason
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return f'"{value}" is no date; write it as "2026-01-31"'
    return None


def both_languages(value: object) -> str | None:
    """Check that a value is a table with one text for each language and nothing else."""
    if not isinstance(value, dict):
        return f'{_kind(value)} where a table is needed; write it as {{ en = "...", zh = "..." }}'
    problem = find_problem(value, LANGUAGE_FIELDS)
    return None if problem is None else f"language {problem.field}: {problem.reason}"


def _one_of(name: str, choices: Sequence[str]) -> str:
    near = get_close_matches(name, choices, n=1)
    return f"did you mean {near[0]}?" if near else f"use one of {', '.join(choices)}"


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "a number",
        float: "a number",
        str: "text",
        list: "a list",
        dict: "a table",
    }
    return names.get(type(value), f"a {type(value).__name__}")


LANGUAGE_FIELDS = tuple(Field(language, text) for language in LANGUAGES)

HEAD_FIELDS = (
    Field("provider", slug),
    Field("title", both_languages),
    Field("edition", text),
    Field("date", iso_date),
    Field("source", text),
    Field("code_prefix", text, required=False),
)

ENTRY_FIELDS = (
    Field("entry_id", slug),
    Field("api", one_of(APIS)),
    Field("http_status", http_status, required=False),
    Field("code", error_code, required=False),
    Field("message", wire_message),
    Field("example", text, required=False),
    Field("variants", wire_messages, required=False),
    Field("meaning", both_languages),
    Field("remedy_id", slug, required=False),
    Field("remedy", both_languages, required=False),
    Field("category", one_of(CATEGORIES)),
    Field("action", one_of(ACTIONS)),
    Field("owner", one_of(OWNERS)),
    Field("retry", one_of(RETRIES)),
)
