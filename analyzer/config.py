"""The configuration file analyzer.toml: what to ingest, into which database, in which zone and language.

A key is a field of `Configuration` and a line of `_KEYS`; every path in the file is relative to the file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from analyzer.errors import ConfigurationError
from analyzer.resources import data_files, package_folder

FILE_NAME = "analyzer.toml"
DATABASE_VARIABLE = "ANALYZER_DB"
DEFAULT_DATABASE = Path("analyzer.duckdb")


@dataclass(frozen=True)
class Configuration:
    """What analyzer.toml says, with its paths made absolute; the defaults are those of a missing file."""

    path: Path | None = None
    """The file that was read; None where there is none."""
    ingest: tuple[str, ...] = ()
    """Files, folders, globs and addresses that `analyzer nightly` reads."""
    database: Path | None = None
    time_zone: str = "UTC"
    """IANA name of the zone in which days are cut and times are shown."""
    language: str = "en"
    reports: Path = Path("reports")
    """Folder of the nightly summaries; `reports` beside the file unless it says otherwise."""
    catalogs: tuple[Path, ...] = ()
    formats: tuple[Path, ...] = ()
    masks: tuple[Path, ...] = ()
    queries: tuple[Path, ...] = ()


def load_configuration(explicit: Path | None = None, start: Path | None = None) -> Configuration:
    """Read `explicit`, or the analyzer.toml found from `start` (the working folder) upward.

    Without a file the defaults are returned. Raises ConfigurationError, which names file, key and reason.
    """
    if explicit is not None and not explicit.is_file():
        raise ConfigurationError(f"there is no configuration file at {explicit}; check --config")
    path = explicit or _find_upward((start or Path.cwd()).resolve())
    if path is None:
        return Configuration()
    path = path.resolve()
    values = {key: _checked(path, key, value) for key, value in _read(path).items()}
    return Configuration(path=path, **{"reports": path.parent / "reports", **values})


def resolve_database(option: Path | None, configuration: Configuration) -> Path:
    """Return the database's path: `--db`, else ANALYZER_DB, else analyzer.toml's, else ./analyzer.duckdb."""
    if option is not None:
        return option
    named = os.environ.get(DATABASE_VARIABLE)
    if named:
        return Path(named)
    return configuration.database or DEFAULT_DATABASE


def _find_upward(folder: Path) -> Path | None:
    candidates = (place / FILE_NAME for place in (folder, *folder.parents))
    return next((candidate for candidate in candidates if candidate.is_file()), None)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}; check its permissions") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"{path} is not valid TOML: {error}; correct that place") from error


def _checked(path: Path, key: str, value: Any) -> Any:
    reader = _KEYS.get(key)
    if reader is None:
        near = get_close_matches(key, _KEYS, n=1)
        way_out = f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(_KEYS)}"
        raise ConfigurationError(f"{path}: {key}: there is no such key; {way_out}")
    try:
        return reader(value, path.parent)
    except ValueError as error:
        raise ConfigurationError(f"{path}: {key}: {error}") from error


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"write a text in quotes, not {_shown(value)}")
    return value


def _texts(value: Any) -> list[str]:
    if not isinstance(value, list):
        raise ValueError(f'write a list of texts, such as ["logs/*.gz"], not {_shown(value)}')
    return [_text(item) for item in value]


def _shown(value: Any) -> str:
    return "a table" if isinstance(value, Mapping) else repr(value)


def _read_ingest(value: Any, folder: Path) -> tuple[str, ...]:
    return tuple(item if "://" in item else str(_absolute(item, folder)) for item in _texts(value))


def _read_path(value: Any, folder: Path) -> Path:
    return _absolute(_text(value), folder)


def _read_existing(value: Any, folder: Path) -> tuple[Path, ...]:
    paths = tuple(_absolute(item, folder) for item in _texts(value))
    for path in paths:
        if not path.exists():
            raise ValueError(f"there is no file or folder {path}; correct the path or take it out")
    return paths


def _read_time_zone(value: Any, _folder: Path) -> str:
    name = _text(value)
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # unknown, a folder of zones, a path out of the tree
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"did you mean '{near[0]}'?" if near else "write an IANA name such as 'Asia/Shanghai'"
        raise ValueError(f"there is no time zone {name!r}; {hint}") from error
    return name


def _read_language(value: Any, _folder: Path) -> str:
    language = _text(value)
    known = [file.stem for file in data_files(package_folder("texts"), ".toml")]
    if language not in known:
        raise ValueError(f"write {' or '.join(map(repr, known))}, not {language!r}")
    return language


def _absolute(text: str, folder: Path) -> Path:
    return folder / Path(text).expanduser()


_KEYS: Mapping[str, Callable[[Any, Path], Any]] = {
    "ingest": _read_ingest,
    "database": _read_path,
    "time_zone": _read_time_zone,
    "language": _read_language,
    "reports": _read_path,
    "catalogs": _read_existing,
    "formats": _read_existing,
    "masks": _read_existing,
    "queries": _read_existing,
}
