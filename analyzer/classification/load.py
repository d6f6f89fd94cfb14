"""The catalogues that a command works with: the package's own and, beside them, the user's."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analyzer.classification.entry import Catalog, Entry
from analyzer.classification.parse import HEAD, Texts, parse_catalog, refuse
from analyzer.errors import MissingPathError
from analyzer.resources import data_files, package_folder

__all__ = ["files_of", "load_catalogs", "parse_catalog"]


def load_catalogs(extra: Sequence[Path] = ()) -> tuple[Catalog, ...]:
    """Read the package's catalogues and, after them, the user's own files or folders of `*.toml`.

    A file that is named twice is read once. Raises CatalogError for an invalid file and for a
    provider, an entry or a remedy that two files define, MissingPathError for a path that is not there.
    """
    paths: dict[Path, Path] = {}
    for place in (package_folder("catalogs"), *extra):
        for path in files_of(place):
            paths.setdefault(path.resolve(), path)
    catalogs = tuple(parse_catalog(path) for path in paths.values())
    _check_providers(catalogs)
    _check_entries(catalogs)
    return catalogs


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
        for entry in catalog.entries:
            _check_entry(catalog.path, entry, owners, remedies)


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
