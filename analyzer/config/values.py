"""Small checks that several keys share; each raises ValueError with what to write instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from analyzer.resources import data_files, package_folder


def text(value: Any) -> str:
    """Return a text that is not blank."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"write a text in quotes, not {shown(value)}")
    return value


def texts(value: Any) -> list[str]:
    """Return a list of texts."""
    if not isinstance(value, list):
        raise ValueError(f'write a list of texts, such as ["logs/*.gz"], not {shown(value)}')
    return [text(item) for item in value]


def language(value: Any) -> str:
    """Return a language that there are texts for."""
    known = [file.stem for file in data_files(package_folder("texts"), ".toml")]
    if text(value) not in known:
        raise ValueError(f"write {' or '.join(map(repr, known))}, not {value!r}")
    return str(value)


def number(value: Any, least: float, most: float, what: str) -> float:
    """Return a number of [least, most]; `what` says in words what it should be."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    # A NaN fails both comparisons.
    if not is_number or not least <= value <= most:
        raise ValueError(f"write {what}, not {shown(value)}")
    return float(value)


def whole(value: Any, least: int, most: int, what: str) -> int:
    """Return a whole number of [least, most]; `what` says in words what it should be."""
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise ValueError(f"write {what}, not {shown(value)}")
    return value


def shown(value: Any) -> str:
    """Return a value as a message names it."""
    return "a table" if isinstance(value, Mapping) else repr(value)
