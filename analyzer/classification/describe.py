"""Entries as plain text for a terminal: a list of many, and everything about one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from analyzer.classification.entry import Catalog, Entry
from analyzer.classification.wrap import display_width, pad, wrap
from analyzer.text import Texts, texts

COLUMNS = ("entry_id", "status", "code", "category", "owner", "message")
WIDTH = 96
"""Columns that a terminal is taken to have unless it says that it has fewer."""


def list_entries(entries: Sequence[Entry], width: int | None = None) -> str:
    """Return a table with one line an entry; with a `width` the message stands wrapped below its entry."""
    rows = [_row(entry) for entry in entries]
    heads = COLUMNS if width is None else COLUMNS[:-1]
    sizes = [max(display_width(row[column]) for row in [heads, *rows]) for column in range(len(COLUMNS) - 1)]
    lines = [_line(heads, sizes)]
    for row in rows:
        if width is None:
            lines.append(_line(row, sizes))
        else:
            lines.append(_line(row[:-1], sizes))
            lines += [f"    {part}" for part in wrap(row[-1], width - 4)]
    return "\n".join(lines)


def describe_entry(entry: Entry, words: Texts, width: int = WIDTH) -> str:
    """Return everything about an entry, a field a paragraph, in the language of `words`."""
    language = words.language
    fields = [
        ("catalogue", f"{entry.provider}, {entry.edition}"),
        ("api", entry.api),
        ("http_status", "" if entry.http_status is None else str(entry.http_status)),
        ("code", entry.code or ""),
        ("message", entry.message),
        ("example", entry.example or ""),
        *(("variants", variant) for variant in entry.variants),
        ("meaning", entry.meaning[language]),
        ("remedy", entry.remedy[language]),
        ("remedy_id", entry.remedy_id),
        ("category", _term(words, "category", entry.category)),
        ("action", _term(words, "action", entry.action)),
        ("owner", f"{_term(words, 'owner', entry.owner)}: {words.word('owner_meaning', entry.owner)}"),
        ("retry", _term(words, "retry", entry.retry)),
    ]
    indent = max(len(name) for name, _ in fields) + 4
    lines = [entry.entry_id]
    for name, value in fields:
        if value:
            first, *rest = wrap(value, width - indent)
            lines.append(f"  {name}".ljust(indent) + first)
            lines += [" " * indent + line for line in rest]
    return "\n".join(lines)


def entries_as_json(entries: Sequence[Entry]) -> str:
    """Return `{"entries": [...]}`: every field of each entry, `meaning` and `remedy` by language."""
    return json.dumps({"entries": [asdict(entry) for entry in entries]}, ensure_ascii=False, indent=2)


def summarise(catalog: Catalog) -> str:
    """Return how many entries and codes a catalogue holds: "49 entries, 28 codes"."""
    words = texts("en")
    codes = {entry.code for entry in catalog.entries if entry.code is not None}
    return f"{words.count('entries', len(catalog.entries))}, {words.count('codes', len(codes))}"


def _row(entry: Entry) -> tuple[str, ...]:
    status = "-" if entry.http_status is None else str(entry.http_status)
    message = " ".join(entry.message.split())
    return entry.entry_id, status, entry.code or "-", entry.category, entry.owner, message


def _line(cells: Sequence[str], sizes: Sequence[int]) -> str:
    padded = [pad(cell, size) for cell, size in zip(cells, sizes, strict=False)]
    return "  ".join([*padded, *cells[len(sizes) :]]).rstrip()


def _term(words: Texts, section: str, value: str) -> str:
    """Return a value of a fixed vocabulary as queries know it, and its word for people."""
    return f"{value} ({words.word(section, value)})"
