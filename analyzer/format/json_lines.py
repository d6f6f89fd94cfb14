"""Lines that are JSON objects. A dot in a name reaches into an object (`response.status`)."""

from __future__ import annotations

from collections.abc import Sequence
from string import Template

from analyzer.format.definition import Definition
from analyzer.format.hints import NO_HINTS, Hints
from analyzer.format.named import check_names, named_fields, names_of
from analyzer.format.structure import Structure
from analyzer.quote import quote_list
from analyzer.resources import statement

DAMAGE = "CASE WHEN object IS NULL THEN 'invalid_json' END"


def check_settings(definition: Definition) -> None:
    """Refuse settings that are no lists of field names. Raises FormatError naming file and key."""
    check_names(definition)


def may_fit(definition: Definition, lines: Sequence[str]) -> bool:
    """Tell quickly whether any of `lines` could be an event."""
    return any(line.lstrip("\ufeff \t").startswith("{") for line in lines)


def keys_of_json(definition: Definition, tested: bool = True) -> str:
    """Return the query over `lines` that tells which of the names looked for stand in any line's object.

    Names inside objects are told by the object's own. With `tested` False a malformed line ends it.
    """
    names = {part for name in names_of(definition) for part in (name, name.split(".")[0])}
    return Template(statement("format", "json_keys.sql")).substitute(
        keys="CASE WHEN json_valid(line) THEN json_keys(line) END" if tested else "json_keys(line)",
        names=quote_list(sorted(names)),
    )


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
    found = [name for name in names if keys is None or name.split(".")[0] in keys]
    wanted = found or names[:1]
    flat = [name for name in names if "." in name and (keys is None or name in keys)]
    structure = Structure(wanted, flat, text)
    readers = {name: structure.field(name) for name in {*wanted, *flat}}
    parsed = structure.select(relation, hints.tested)
    return named_fields(definition.settings, readers, parsed, DAMAGE, hints.enveloped)
