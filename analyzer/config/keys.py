"""What may stand at each key of analyzer.toml: read, checked, its paths made absolute.

A key is a field of `Configuration` and a line of `KEYS`; in the environment it is the variable ANALYZER_KEY.
"""

from __future__ import annotations

import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from analyzer.config.channels import SUMMARIES, read_channels
from analyzer.config.keep import days_of
from analyzer.config.thresholds import read_thresholds
from analyzer.config.values import language, number, shown, text, texts, whole

DATABASE_VARIABLE = "ANALYZER_DB"
_PREFIX = "ANALYZER_"
_TIME_OF_DAY = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")


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
    elif key in _TABLES:
        value = _written(text, "a table such as { failures = 100 }")
    elif key in _NUMBERS | _WHOLE_NUMBERS:
        try:
            value = int(text) if key in _WHOLE_NUMBERS else float(text)
        except ValueError:
            raise ValueError(f"write a number, not {text!r}") from None
    return KEYS[key](value, folder)


_MEANT = {
    **dict.fromkeys(("logs", "sources", "inputs", "files", "paths"), "ingest"),
    **dict.fromkeys(("timezone", "tz"), "time_zone"),
    **dict.fromkeys(("db", "store"), "database"),
    **dict.fromkeys(("lang", "locale"), "language"),
    "delivery": "channels",
}
"""What other tools call the keys."""


def suggestion(name: str, known: Mapping[str, Any] | list[str]) -> str:
    """Return the way out for an unknown name: the nearest known one, else all of them."""
    meant = _MEANT.get(name)
    near = [meant] if meant in known else get_close_matches(name, known, n=1)
    return f"did you mean '{near[0]}'?" if near else f"the keys are {', '.join(known)}"


def _list_of(text: str) -> list[Any]:
    if text.lstrip().startswith("["):
        return list(_written(text, 'a list such as a,b or ["a", "b"]'))
    return [item.strip() for item in text.split(",") if item.strip()]


def _written(text: str, what: str) -> Any:
    """Return the value of a text that is written as in the file; `what` says in words what it should be."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError as error:
        # The text is not repeated: an address in it may be a secret.
        raise ValueError(f"write {what}, as in the file ({error})") from error


def _read_ingest(value: Any, folder: Path) -> tuple[str, ...]:
    return tuple(item if "://" in item else str(_absolute(item, folder)) for item in texts(value))


def _read_path(value: Any, folder: Path) -> Path:
    return _absolute(text(value), folder)


def _read_existing(value: Any, folder: Path) -> tuple[Path, ...]:
    paths = tuple(_absolute(item, folder) for item in texts(value))
    for path in paths:
        if not path.exists():
            raise ValueError(f"there is no file or folder {path}; correct the path or take it out")
    return paths


def _read_time_zone(value: Any, _folder: Path) -> str:
    name = text(value)
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:  # unknown, a folder of zones, a path out of the tree
        near = get_close_matches(name, available_timezones(), n=1)
        hint = f"did you mean '{near[0]}'?" if near else "write an IANA name such as 'Asia/Shanghai'"
        raise ValueError(f"there is no time zone {name!r}; {hint}") from error
    return name


def _read_language(value: Any, _folder: Path) -> str:
    return language(value)


def _read_seconds(value: Any, _folder: Path) -> float:
    return number(value, 0, sys.float_info.max, "a number of seconds, such as 30")


def _read_names(value: Any, _folder: Path) -> tuple[str, ...]:
    return tuple(texts(value))


def _read_target(value: Any, _folder: Path) -> float:
    wanted = "a percentage between 0 and 100, such as 99.5"
    target = number(value, 0, 100, wanted)
    if target in (0, 100):
        raise ValueError(f"write {wanted}, not {value!r}")
    return target


def _read_dedupe(value: Any, _folder: Path) -> str:
    if value not in ("request_id", "none"):
        raise ValueError(f"write 'request_id' or 'none', not {shown(value)}")
    return str(value)


def _read_retention(value: Any, _folder: Path) -> str:
    days_of(text(value))
    return str(value)


def _read_catch_up(value: Any, _folder: Path) -> int:
    return whole(value, 1, 366, "a whole number of nights from 1 to 366")


def _read_summaries(value: Any, _folder: Path) -> tuple[str, ...]:
    for name in texts(value):
        if name not in SUMMARIES:
            raise ValueError(f"write any of {', '.join(SUMMARIES)}, not {name!r}")
    return tuple(dict.fromkeys(value))


def _read_time_of_day(value: Any, _folder: Path) -> str:
    if not _TIME_OF_DAY.fullmatch(text(value)):
        raise ValueError(f"write a time of day such as 00:30, not {value!r}")
    return str(value)


def _read_address(value: Any, _folder: Path) -> str:
    # The value is not repeated: it may hold a secret.
    if not isinstance(value, str) or not value.startswith(("https://", "http://", "${", "file:")):
        raise ValueError("write an address such as https://example.com/…")
    return value


def _absolute(name: str, folder: Path) -> Path:
    return folder / Path(name).expanduser()


KEYS: Mapping[str, Callable[[Any, Path], Any]] = {
    "ingest": _read_ingest,
    "database": _read_path,
    "time_zone": _read_time_zone,
    "log_time_zone": _read_time_zone,
    "language": _read_language,
    "reports": _read_path,
    "wait": _read_seconds,
    "slo": _read_target,
    "catalogs": _read_existing,
    "formats": _read_existing,
    "masks": _read_existing,
    "mask_also": _read_names,
    "queries": _read_existing,
    "alerts": _read_existing,
    "dedupe": _read_dedupe,
    "retention": _read_retention,
    "channels": read_channels,
    "summaries": _read_summaries,
    "nightly_at": _read_time_of_day,
    "catch_up": _read_catch_up,
    "thresholds": read_thresholds,
    "report_address": _read_address,
    "heartbeat": _read_address,
}
"""Each key -> what reads its value, given the folder that paths are relative to; raises ValueError."""

_LISTS = frozenset(
    {"ingest", "catalogs", "formats", "masks", "mask_also", "queries", "alerts", "channels", "summaries"}
)
_NUMBERS = frozenset({"wait", "slo"})
_WHOLE_NUMBERS = frozenset({"catch_up"})
_TABLES = frozenset({"thresholds"})
