"""Rules about what is not there: a model, source or code of which nothing is stored, most likely misspelt."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path

from analyzer.alert.rule import Rules
from analyzer.alert.text import line
from analyzer.resources import statement
from analyzer.store.open import open_reader

_NAMED = 3


def unmatched(database: Path, rules: Rules, known_codes: Sequence[str], wait: float) -> list[str]:
    """Return a line for each part of a rule's scope that nothing stored fits; codes may be known otherwise.

    Raises what the store raises.
    """
    wanted = [rule for rule in rules.rules if {"model", "source", "code"} & set(rule.scope.said())]
    if not wanted:
        return []
    stored = _stored(database, wait, with_codes=any(rule.scope.code for rule in wanted))
    stored["code"] += known_codes
    said = []
    for rule in wanted:
        for name, value in _missing(rule.scope.said(), stored):
            way_out = _way_out(value, stored[name], name == "source")
            said.append(f"rule {rule.name}: nothing of {name} {line(value)!r} is stored{way_out}")
    return said


def _way_out(value: str, stored: list[str], are_paths: bool) -> str:
    """Return the nearest stored value; of paths also by their last part."""
    ends = [one.rpartition("/")[2] for one in stored] if are_paths else []
    near = get_close_matches(value, [*stored, *ends], n=1)
    if near:
        return f"; did you mean {line(near[0])!r}?"
    names = ", ".join(repr(line(one)) for one in sorted(stored)[:_NAMED])
    return f"; there are {names}{', ...' if len(stored) > _NAMED else ''}" if names else ""


def _missing(scope: dict[str, str], stored: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    for name, values in stored.items():
        value = scope.get(name)
        if value is None:
            continue
        if name == "source":
            names = [f"/{one}" for one in values]
            fits = any(fnmatchcase(one, f"*/{value}") or one.endswith(f"/{value}") for one in names)
        else:
            fits = value in values
        if not fits:
            yield name, value


def _stored(database: Path, wait: float, with_codes: bool) -> dict[str, list[str]]:
    """Return the models, sources and codes of the store; codes only where they are asked for."""
    with closing(open_reader(database, wait)) as connection:

        def values(name: str) -> list[str]:
            return [row[0] for row in connection.execute(statement("alert", name)).fetchall()]

        return {
            "model": values("models.sql"),
            "source": values("source_names.sql"),
            "code": values("codes.sql") if with_codes else [],
        }
