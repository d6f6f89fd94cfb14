"""Entries by the name that a person types: an entry's id, a code, or a code without its prefix."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches

from analyzer.classification.checks import quote
from analyzer.classification.entry import Catalog, Entry
from analyzer.errors import UnknownNameError


def find_entries(catalogs: Sequence[Catalog], name: str) -> tuple[Entry, ...]:
    """Return the entry with the id `name`, or all rows of the code `name`, in the tables' order.

    Case does not count, and `81101` stands for `ModelArts.81101`. Raises UnknownNameError with near names.
    """
    wanted = name.strip().casefold()
    found: dict[str, list[Entry]] = {}
    spelled: dict[str, str] = {}
    for catalog in catalogs:
        for entry in catalog.entries:
            for known in _names(entry, catalog.code_prefix):
                found.setdefault(known.casefold(), []).append(entry)
                spelled.setdefault(known.casefold(), known)
    if wanted in found:
        return tuple(found[wanted])
    begun = [known for known in found if wanted and known.startswith(wanted)]
    near = [spelled[known] for known in begun[:3] or get_close_matches(wanted, found, n=3)]
    hint = f"did you mean {' or '.join(near)}? " if near else ""
    shown = quote(name)
    raise UnknownNameError(
        f'no entry or code {shown} in the catalogue; {hint}"analyzer catalog list" shows all'
    )


def _names(entry: Entry, prefix: str) -> list[str]:
    names = [entry.entry_id]
    if entry.code is not None:
        names.append(entry.code)
        if prefix:
            names.append(entry.code.removeprefix(prefix))
    return names
