"""Lines that are JSON objects. A dot in a name reaches into an object (`response.status`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence

from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.named import check_names, named_fields, names_of
from analyzer.format.structure import Structure
from analyzer.quote import quote_text

DAMAGE = "CASE WHEN object IS NULL THEN 'invalid_json' END"


def check_settings(definition: Definition) -> None:
    """Refuse settings that are no lists of field names. Raises FormatError naming file and key."""
    check_names(definition)


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    return any(line.lstrip("\ufeff \t").startswith("{") for line in lines)


def fields_of_json(definition: Definition, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the relation `lines`; see `fields.sql` for its columns.

    Each name that is looked for costs a little on every line: with `hints.keys` only these are.
    """
    return fields_of_objects(definition, "lines", "line", hints)


def fields_of_objects(definition: Definition, relation: str, text: str, hints: Hints = NO_HINTS) -> str:
    """Return the SELECT of the fields of the JSON objects in the column `text` of `relation`.

    `relation` is a name or a SELECT in brackets with line_no, byte_offset, moment, line and `text`.
    """
    keys = hints.keys
    names = names_of(definition)
    found = [name for name in names if keys is None or all(part in keys for part in name.split("."))]
    wanted = found or names[:1]
    flat = [name for name in names if "." in name and (keys is None or name in keys)]
    structure = Structure(wanted, flat, text)
    readers = {name: structure.field(name) for name in {*wanted, *flat}}
    unseen = "FALSE" if keys is None else _unseen(names, keys)
    parsed = structure.select(relation, hints.tested)
    return named_fields(definition.settings, readers, parsed, DAMAGE, unseen, hints.enveloped)


def _unseen(names: Iterable[str], keys: Collection[str]) -> str:
    """Return the SQL that finds lines which hold a key that may matter and is not among `keys`."""
    known = {part for name in names for part in (name, *name.split("."))}
    left_out = "|".join(re.escape(key) for key in sorted(known.difference(keys)))
    if not left_out:
        return "FALSE"
    named = quote_text(f'"(?:{left_out})"\\s*:')
    # A key may be written with escapes, which only a parser undoes.
    escaped = quote_text(r'\\u00[0-9a-fA-F]{2}[^"\\]*"\s*:')
    escape = quote_text(r"\u00")
    return (
        f"(regexp_matches(line, {named}) OR (contains(line, {escape}) AND regexp_matches(line, {escaped})))"
    )
