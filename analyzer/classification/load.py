"""The catalogues that a command works with: the package's own and, beside them, the user's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from analyzer.classification.entry import Catalog, Entry
from analyzer.classification.parse import HEAD, Texts, parse_catalog, refuse
from analyzer.errors import MissingPathError
from analyzer.resources import data_files, package_folder

__all__ = ["files_of", "load_catalogs", "parse_catalog"]


def load_catalogs(extra: Sequence[Path] = ()) -> tuple[Catalog, ...]:
    """Read the package's catalogues and, after them, the user's own files or folders of `*.toml`.

    A file that is named twice is read once. A row that a later file has too, by status, code and message,
    is the later file's: so a known error gets a remedy of one's own. Raises CatalogError for an invalid
    file and for a provider, an entry or a remedy that two files define, MissingPathError for a path that
    is not there.
    """
    paths: dict[Path, Path] = {}
    for place in (package_folder("catalogs"), *extra):
        for path in files_of(place):
            paths.setdefault(path.resolve(), path)
    catalogs = tuple(parse_catalog(path) for path in paths.values())
    _check_providers(catalogs)
    _check_entries(catalogs)
    return _replaced(catalogs)


def _replaced(catalogs: tuple[Catalog, ...]) -> tuple[Catalog, ...]:
    """Take the rows out that a later catalogue has too."""
    taken: set[tuple[object, ...]] = set()
    kept = []
    for catalog in reversed(catalogs):
        entries = tuple(entry for entry in catalog.entries if _row(entry) not in taken)
        replaced = tuple(entry for entry in catalog.entries if _row(entry) in taken)
        taken |= {_row(entry) for entry in catalog.entries}
        kept.append(replace(catalog, entries=entries, replaced=replaced) if replaced else catalog)
    return tuple(reversed(kept))


def _row(entry: Entry) -> tuple[object, ...]:
    """Return what an error tells by which its row is found."""
    return entry.http_status, entry.code, entry.message


def files_of(place: Path) -> list[Path]:
    """List the catalogue files that `place` stands for: itself, or a folder's `*.toml`.

    Raises MissingPathError where there is none.
    """
    files = data_files(place, ".toml", () if place.is_dir() else (place,))
    if not files:
        raise MissingPathError(f"{place}: holds no *.toml file; name a catalogue file or a folder of them")
    return files


def _check_providers(catalogs: Sequence[Catalog]) -> None:
    first: dict[str, Catalog] = {}
    for catalog in catalogs:
        earlier = first.setdefault(catalog.provider, catalog)
        if earlier is not catalog:
            refuse(
                catalog.path,
                HEAD,
                "provider",
                f'"{catalog.provider}" is taken by {earlier.path}; choose another',
            )


def _check_entries(catalogs: Sequence[Catalog]) -> None:
    """Refuse an entry or a remedy that two files define: the store knows each by its name alone."""
    owners: dict[str, str] = {}
    remedies: dict[str, tuple[str, Texts]] = {}
    for catalog in catalogs:
        rows: dict[tuple[object, ...], str] = {}
        for entry in catalog.entries:
            _check_entry(catalog.path, entry, owners, remedies)
            same = rows.setdefault((*_row(entry), entry.api, entry.edition), entry.entry_id)
            if same != entry.entry_id:
                place = f"entry {entry.entry_id}"
                refuse(
                    catalog.path,
                    place,
                    "message",
                    f"entry {same} has the same status and code; take one away",
                )


def _check_entry(
    path: str, entry: Entry, owners: dict[str, str], remedies: dict[str, tuple[str, Texts]]
) -> None:
    place = f"entry {entry.entry_id}"
    earlier = owners.setdefault(entry.entry_id, path)
    if earlier != path:
        refuse(path, place, "entry_id", f"taken by {earlier}; choose another")
    earlier, texts = remedies.setdefault(entry.remedy_id, (path, entry.remedy))
    if texts != entry.remedy:
        refuse(path, place, "remedy_id", f'"{entry.remedy_id}" has another text in {earlier}; choose another')
