"""The declared schema of a catalogue file: its tables, their fields, and what each field may hold.

A catalogue is TOML: one `[catalog]` head, a `[remedies.ID]` table for each remedy that entries share,
and one `[[entry]]` for each row of the published table, in the table's order. An entry names a shared
remedy in `remedy_id` or holds its own in `remedy`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzer.classification.checks import (
    Check,
    both_languages,
    error_code,
    http_status,
    iso_date,
    one_of,
    slug,
    suggest,
    text,
    wire_message,
    wire_messages,
)
from analyzer.classification.entry import ACTIONS, APIS, CATEGORIES, OWNERS, RETRIES


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
            return Problem(name, f"unknown field; {suggest(name, names)}")
    for field in fields:
        if field.name not in table:
            if field.required:
                return Problem(field.name, "missing; add it")
            continue
        reason = field.check(table[field.name])
        if reason is not None:
            return Problem(field.name, reason)
    return None


TABLES = {"catalog": "a [catalog] head", "remedies": "[remedies.ID] tables", "entry": "[[entry]] tables"}

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
