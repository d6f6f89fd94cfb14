"""The families of directives: the servers whose own words for a log's layout are known."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from analyzer.resources import data_files, package_folder


@dataclass(frozen=True)
class Family:
    """How one server writes directives.

    `statement` is what stands before one in a configuration, `variable` finds a variable in it, `same` are
    texts that mean another; `columns` are the variables of each column, the best first, `shapes` what a
    variable writes and `around` what stands around it; `moment` is the variable that takes a form of
    `strftime`, and `escaped` says whether texts are escaped. `example` names the most needed, for people.
    """

    name: str
    title: str
    defined_by: str
    statement: str
    variable: re.Pattern[str]
    columns: Mapping[str, Sequence[str]]
    shapes: Mapping[str, str]
    around: Mapping[str, tuple[str, str]]
    same: Mapping[str, str]
    moment: str | None
    escaped: bool
    example: str


@cache
def families() -> Mapping[str, Family]:
    """Return every family of directives by its name."""
    found = {}
    for path in data_files(package_folder("directives"), ".toml"):
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        found[path.stem] = Family(
            path.stem,
            raw["title"],
            raw["defined_by"],
            raw["statement"],
            re.compile(raw["variable"]),
            raw["columns"],
            raw["shapes"],
            {key: (before, after) for key, (before, after) in raw.get("around", {}).items()},
            raw.get("same", {}),
            raw.get("moment"),
            raw.get("escape") != "none",
            raw["example"],
        )
    return found


def is_directive(name: str) -> bool:
    """Tell whether a format's name is a directive."""
    family, colon, _ = name.partition(":")
    return bool(colon) and family in families()
