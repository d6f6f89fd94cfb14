"""Masking secrets in SQL, before anything is stored. The patterns are data: `masks/*.toml`.

Patterns are RE2's (DuckDB's regular expressions). A mask's `positives` must change under it and its
`near_misses` must not; `check_masks` proves it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.errors import MaskError
from analyzer.format.patterns import fault
from analyzer.quote import quote_text
from analyzer.resources import data_files, package_folder

_KEYS = {
    "name": str,
    "pattern": str,
    "replacement": str,
    "needles": list,
    "positives": list,
    "near_misses": list,
}


@dataclass(frozen=True)
class Mask:
    """A pattern of secrets, what stands for them, and texts that prove it.

    `needles` are plain texts, one of which stands in everything the pattern can match: a sieve.
    """

    name: str
    pattern: str
    replacement: str
    needles: tuple[str, ...]
    positives: tuple[str, ...]
    near_misses: tuple[str, ...]


def load_masks(extra: Sequence[Path] = ()) -> tuple[Mask, ...]:
    """Return every mask of the package's files and of the user's own. Raises MaskError."""
    return tuple(
        _mask(path, raw)
        for path in data_files(package_folder("masks"), ".toml", tuple(extra))
        for raw in _read(path).get("mask", [])
    )


def masked(column: str, masks: Sequence[Mask], shortest: int = 0) -> str:
    """Return the SQL of `column` (a column's name) with every secret replaced.

    `shortest` is how many bytes a text must have at least to hold a secret at all: short texts then
    cost nothing.
    """
    needles = dict.fromkeys(re.escape(needle) for mask in masks for needle in mask.needles)
    replaced = column
    for mask in masks:
        replaced = (
            f"regexp_replace({replaced}, {quote_text(mask.pattern)}, {quote_text(mask.replacement)}, 'g')"
        )
    sieve = quote_text("|".join(needles))
    long_enough = f"strlen({column}) >= {shortest} AND " if shortest else ""
    return f"CASE WHEN {long_enough}regexp_matches({column}, {sieve}) THEN {replaced} ELSE {column} END"


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MaskError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MaskError(f"{path}: is not valid TOML ({error})") from error


def _mask(path: Path, raw: dict[str, Any]) -> Mask:
    name = raw.get("name", "?")
    for key, kind in _KEYS.items():
        if not isinstance(raw.get(key), kind) or not raw[key]:
            raise MaskError(
                f"{path}: mask {name}: {key} must be a {'list of texts' if kind is list else 'text'}"
            )
    reason = fault(raw["pattern"])
    if reason is not None:
        raise MaskError(f"{path}: mask {name}: pattern is not valid ({reason})")
    unknown = sorted(set(raw) - set(_KEYS))
    if unknown:
        raise MaskError(f"{path}: mask {name}: {unknown[0]} is unknown; there are {', '.join(_KEYS)}")
    lists = {key: tuple(raw[key]) for key in ("needles", "positives", "near_misses")}
    return Mask(raw["name"], raw["pattern"], raw["replacement"], **lists)
