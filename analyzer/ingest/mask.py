"""Masking secrets in SQL, before anything is stored. The patterns are data: `masks/*.toml`.

Patterns are RE2's (DuckDB's regular expressions) and Python's alike, with `{name}` for a part of the
file (`[part]`). A mask's `positives` must change under it and its `near_misses` must not; `differences`
proves it. A mask with an `option` is used only where that option is named.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from analyzer.errors import MaskError, UnknownNameError
from analyzer.format.patterns import fault, fill
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
_FREE_KEYS = {"option": str, "labels": list}
LABELLED = ("client", "client_agent", "request_id", "operation_id", "task_id", "span_id")
"""Columns whose whole value a mask may turn into a label."""


@dataclass(frozen=True)
class Mask:
    """A pattern of secrets, what stands for them, and texts that prove it.

    `needles` are plain texts, one of which stands in everything the pattern can match: a sieve.
    `option` names what turns the mask on, None for one that is always on; `labels` are columns whose
    whole value becomes a label. `path` is the file it stands in.
    """

    name: str
    pattern: str
    replacement: str
    needles: tuple[str, ...]
    positives: tuple[str, ...]
    near_misses: tuple[str, ...]
    option: str | None = None
    labels: tuple[str, ...] = ()
    path: Path | None = None


def load_masks(extra: Sequence[Path] = (), options: Collection[str] = ()) -> tuple[Mask, ...]:
    """Return the masks in use, of the package's files and of the user's own: those that are always on,
    and those whose option is one of `options`. Raises MaskError, UnknownNameError for an unknown option.
    """
    found = all_masks(extra)
    known = sorted({mask.option for mask in found if mask.option})
    for name in options:
        if name not in known:
            near = get_close_matches(name, known, n=1)
            way_out = f"did you mean '{near[0]}'?" if near else f"there are {', '.join(known)}"
            raise UnknownNameError(f"there is no option of masks named '{name}'; {way_out}")
    return tuple(mask for mask in found if mask.option is None or mask.option in options)


def all_masks(extra: Sequence[Path] = ()) -> tuple[Mask, ...]:
    """Return every mask, used or not, of the package's files and of the user's own. Raises MaskError."""
    files = data_files(package_folder("masks"), ".toml", tuple(extra))
    return tuple(mask for path in files for mask in read_masks(path))


def read_masks(path: Path) -> tuple[Mask, ...]:
    """Return the masks of one file. Raises MaskError."""
    raw = _read(path)
    unknown = sorted(set(raw) - {"title", "part", "mask"})
    if unknown:
        raise MaskError(f"{path}: {unknown[0]} is unknown; a file of masks has title, [part] and [[mask]]")
    parts, masks = raw.get("part", {}), raw.get("mask", [])
    if not isinstance(parts, dict) or not all(isinstance(part, str) for part in parts.values()):
        raise MaskError(f"{path}: part must be a table of texts")
    if not isinstance(masks, list) or not masks or not all(isinstance(mask, dict) for mask in masks):
        raise MaskError(f"{path}: there is no mask; write [[mask]] above each")
    return tuple(_mask(path, one, parts) for one in masks)


def masked(column: str, masks: Sequence[Mask], shortest: int = 0) -> str:
    """Return the SQL of `column` (a column's name) with every secret replaced.

    `shortest` is how many bytes a text must have at least to hold a needle of several signs at all:
    short texts then cost nothing but the search for needles of one.
    """
    if not masks:
        return column
    replaced = column
    for mask in masks:
        replaced = (
            f"regexp_replace({replaced}, {quote_text(mask.pattern)}, {quote_text(mask.replacement)}, 'g')"
        )
    return f"CASE WHEN {may_hold(column, masks, shortest)} THEN {replaced} ELSE {column} END"


def may_hold(column: str, masks: Sequence[Mask], shortest: int = 0) -> str:
    """Return the SQL of whether `column` may hold a secret; `shortest` as for `masked`."""
    needles = list(dict.fromkeys(needle for mask in masks for needle in mask.needles))
    return _sieve(column, needles, shortest) if needles else "FALSE"


def labelled(column: str, masks: Sequence[Mask], otherwise: str) -> str:
    """Return the SQL of a column of an event: a label of its whole value where a mask wants one."""
    is_wanted = any(column in mask.labels for mask in masks)
    return f"value_label({quote_text(column)}, {column})" if is_wanted else otherwise


def mask_text(text: str, masks: Sequence[Mask]) -> str:
    """Return one short text, such as a source's name, with every secret replaced."""
    for mask in masks:
        text = re.sub(mask.pattern, mask.replacement, text, flags=re.ASCII)
    return text


def differences(masks: Sequence[Mask]) -> list[str]:
    """Return what a mask's own texts disprove, a line each: a positive it leaves, a near miss it changes."""
    import duckdb

    found = []
    with duckdb.connect() as connection:
        for mask in masks:
            for text, must_change in [
                *((text, True) for text in mask.positives),
                *((text, False) for text in mask.near_misses),
            ]:
                query = f"SELECT {masked('text', (mask,))} FROM (SELECT ? AS text)"  # noqa: S608
                shown = connection.execute(query, [text]).fetchall()[0][0]
                if (shown != text) != must_change:
                    verdict = "positive stays as it is" if must_change else f"near miss becomes {shown!r}"
                    found.append(f"{mask.path}: mask {mask.name}: {verdict}: {text!r}")
    return found


def _sieve(column: str, needles: Sequence[str], shortest: int) -> str:
    single = [f"contains({column}, {quote_text(needle)})" for needle in needles if len(needle) == 1]
    longer = "|".join(re.escape(needle) for needle in needles if len(needle) > 1)
    conditions = single
    if longer:
        long_enough = f"strlen({column}) >= {shortest} AND " if shortest else ""
        conditions = [f"({long_enough}regexp_matches({column}, {quote_text(longer)}))", *single]
    return " OR ".join(conditions)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise MaskError(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise MaskError(f"{path}: is not valid TOML ({error})") from error


def _mask(path: Path, raw: Mapping[str, Any], parts: Mapping[str, str]) -> Mask:
    name = raw.get("name", "?")
    for key, kind in {**_KEYS, **{key: kind for key, kind in _FREE_KEYS.items() if key in raw}}.items():
        if not _is_kind(raw.get(key), kind):
            raise MaskError(
                f"{path}: mask {name}: {key} must be a {'list of texts' if kind is list else 'text'}"
            )
    unknown = sorted(set(raw) - set(_KEYS) - set(_FREE_KEYS))
    if unknown:
        raise MaskError(
            f"{path}: mask {name}: {unknown[0]} is unknown; there are {', '.join([*_KEYS, *_FREE_KEYS])}"
        )
    labels: list[str] = raw.get("labels", [])
    strange = sorted(set(labels) - set(LABELLED))
    if strange:
        raise MaskError(
            f"{path}: mask {name}: labels: {strange[0]} cannot be one; there are {', '.join(LABELLED)}"
        )
    pattern = fill(raw["pattern"], parts)
    # The package's own patterns are proved by its tests; to try them all takes a tenth of a second.
    is_own = path.parent == package_folder("masks")
    reason = None if is_own else fault(pattern) or _replacement_fault(pattern, raw["replacement"])
    if reason is not None:
        raise MaskError(f"{path}: mask {name}: pattern is not valid ({reason})")
    lists: dict[str, tuple[str, ...]] = {
        key: tuple(raw.get(key, ())) for key in ("needles", "positives", "near_misses", "labels")
    }
    return Mask(raw["name"], pattern, raw["replacement"], option=raw.get("option"), path=path, **lists)


def _is_kind(value: Any, kind: type) -> bool:
    if not value or not (isinstance(value, str) if kind is str else isinstance(value, list)):
        return False
    return isinstance(value, str) or all(isinstance(item, str) and item for item in value)


def _replacement_fault(pattern: str, replacement: str) -> str | None:
    """Return why a replacement cannot be used: it may only name groups of its pattern."""
    groups = re.compile(pattern).groups
    wrong = [number for number in re.findall(r"\\(\d|\D|$)", replacement) if not number.isdigit()]
    if wrong or any(int(number) > groups for number in re.findall(r"\\(\d)", replacement)):
        return f"the replacement may name the groups \\0 to \\{min(groups, 9)} and no other escape"
    return None
