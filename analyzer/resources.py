"""Where the data files are: inside an installed wheel, or beside the package in a checkout."""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent


def package_folder(name: str) -> Path:
    """Return the folder of data files `name` that lives inside the package (`formats`, `catalogs`, ...)."""
    return PACKAGE / name


def shared_folder(name: str) -> Path:
    """Return the folder `name` that stands at the top of a checkout and inside the package of a wheel.

    `queries` and `templates` are read by people too, so they stand at the top level of the
    repository; the wheel carries them as package data.
    """
    installed = PACKAGE / name
    return installed if installed.is_dir() else PACKAGE.parent / name


def data_files(folder: Path, suffix: str, extra: tuple[Path, ...] = ()) -> list[Path]:
    """List the data files with `suffix` of a folder and of the user's own folders or files, by name.

    A folder that does not exist holds none. The order is stable: the folder's own files first.
    """
    found = sorted(folder.glob(f"*{suffix}")) if folder.is_dir() else []
    for place in extra:
        found += sorted(place.glob(f"*{suffix}")) if place.is_dir() else [place]
    return found


def statement(room: str, name: str) -> str:
    """Return the text of the SQL statement `name` (a file of `analyzer/<room>/sql/`)."""
    return (PACKAGE / room / "sql" / name).read_text(encoding="utf-8")
