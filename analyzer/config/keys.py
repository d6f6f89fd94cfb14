"""What may stand at each key of analyzer.toml: read, checked, its paths made absolute.

A key is a field of `Configuration` and a line of `KEYS`; in the environment it is the variable ANALYZER_KEY.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from analyzer.config.keep import days_of
from analyzer.resources import data_files, package_folder

DATABASE_VARIABLE = "ANALYZER_DB"
_PREFIX = "ANALYZER_"


def variable_of(key: str) -> str:
    """Return the environment variable of a key."""
    return DATABASE_VARIABLE if key == "database" else _PREFIX + key.upper()


def from_variable(key: str, text: str, folder: Path) -> Any:
    """Read the text of a key's variable; a list is parted by commas, or written as in the file.

    Paths are relative to `folder`. Raises ValueError with the reason.
    """
    value: Any = text
    if key in _LISTS:
        value = _list_of(text)
    elif key in _NUMBERS:
        try:
            value = float(text)
        except ValueError:
            raise ValueError(f"write a number, not {text!r}") from None
    return KEYS[key](value, folder)


def suggestion(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """Return the way out for an unknown name: the nearest known one, else all of them."""
    near = get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(known)}"


def _list_of(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        try:
            value = tomllib.loads(f"value = {text}")["value"]
        except tomllib.TOMLDecodeError as error:
            raise ValueError(f'write a list such as a,b or ["a", "b"], not {text!r} ({error})') from error
        return list(value)
    return [item.strip() for item in text.split(",") if item.strip()]


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


def _read_seconds(value: Any, _folder: Path) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    if not is_number or not math.isfinite(value) or value < 0:
        raise ValueError(f"write a number of seconds, such as 30, not {_shown(value)}")
    return float(value)


def _read_names(value: Any, _folder: Path) -> tuple[str, ...]:
    return tuple(_texts(value))


def _read_dedupe(value: Any, _folder: Path) -> str:
    if value not in ("request_id", "none"):
        raise ValueError(f"write 'request_id' or 'none', not {_shown(value)}")
    return str(value)


def _read_retention(value: Any, _folder: Path) -> str:
    days_of(_text(value))
    return str(value)


def _absolute(text: str, folder: Path) -> Path:
    return folder / Path(text).expanduser()


KEYS: Mapping[str, Callable[[Any, Path], Any]] = {
    "ingest": _read_ingest,
    "database": _read_path,
    "time_zone": _read_time_zone,
    "language": _read_language,
    "reports": _read_path,
    "wait": _read_seconds,
    "catalogs": _read_existing,
    "formats": _read_existing,
    "masks": _read_existing,
    "mask_also": _read_names,
    "queries": _read_existing,
    "dedupe": _read_dedupe,
    "retention": _read_retention,
}
"""Each key -> what reads its value, given the folder that paths are relative to; raises ValueError."""

_LISTS = frozenset({"ingest", "catalogs", "formats", "masks", "mask_also", "queries"})
_NUMBERS = frozenset({"wait"})
