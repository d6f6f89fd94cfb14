"""Loading rules: the files that analyzer.toml names, or the package's own examples, each checked."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from analyzer.alert.judge import KINDS
from analyzer.alert.rule import COMMON_KEYS, POLICY_KEYS, SCOPE_KEYS, Policy, Rule, Rules, digest
from analyzer.alert.schema import Key, KeyFaultError, nearest, read_table
from analyzer.alert.scope import Scope
from analyzer.errors import AlertError, UnknownNameError
from analyzer.resources import data_files, package_folder

_FILE_KEYS = ("title", "policy", "rule")


def load_rules(places: Sequence[Path]) -> Rules:
    """Read the rules of files and folders. Raises AlertError, which names file, key and reason."""
    rules: dict[str, Rule] = {}
    policy: Policy | None = None
    policy_file: Path | None = None
    for path in rule_files(places):
        own_rules, own_policy = read_rules(path)
        for rule in own_rules:
            if rule.name in rules:
                raise AlertError(
                    f"{path}: rule {rule.name}: name: {rules[rule.name].path} has a rule of this name too; "
                    "rename one"
                )
            rules[rule.name] = rule
        if own_policy is not None and policy is not None:
            raise AlertError(f"{path}: policy: {policy_file} has one too; keep one")
        policy, policy_file = (own_policy, path) if own_policy is not None else (policy, policy_file)
    return Rules(tuple(rules.values()), policy or Policy())


def rule_files(places: Sequence[Path]) -> list[Path]:
    """List the files of rules that `places`, files and folders, stand for."""
    return [
        path for place in places for path in data_files(place, ".toml", () if place.is_dir() else (place,))
    ]


def examples() -> dict[str, Path]:
    """Return the package's own files of rules by name: to be copied, none is in force by itself."""
    return {path.stem: path for path in data_files(package_folder("alerts"), ".toml")}


def find_rule(name: str, rules: Rules) -> Rule:
    """Return the rule of that name. Raises UnknownNameError, which offers the nearest names."""
    known = rules.by_name()
    if name not in known:
        way_out = nearest(name, known) if known else "there are none"
        raise UnknownNameError(f"there is no alert rule {name!r}; {way_out}")
    return known[name]


def read_rules(path: Path) -> tuple[tuple[Rule, ...], Policy | None]:
    """Return the rules of one file, and its policy if it has one. Raises AlertError."""
    raw = _read(path)
    for key in raw:
        if key not in _FILE_KEYS:
            raise AlertError(f"{path}: {key}: there is no such key; {nearest(key, _FILE_KEYS)}")
    tables = raw.get("rule", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise AlertError(f"{path}: rule: write [[rule]] above each rule")
    policy = None
    if "policy" in raw:
        if not isinstance(raw["policy"], dict):
            raise AlertError(f"{path}: policy: write [policy] above its keys")
        policy = Policy(**_checked(path, "policy", raw["policy"], POLICY_KEYS))
    return tuple(_rule(path, number, table) for number, table in enumerate(tables, start=1)), policy


def _rule(path: Path, number: int, table: Mapping[str, Any]) -> Rule:
    name = table.get("name")
    place = f"rule {name}" if isinstance(name, str) and name else f"rule {number}"
    kind = table.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        reason = "it is missing; add it" if kind is None else f"there is no kind {kind!r}"
        raise AlertError(f"{path}: {place}: kind: {reason}; there are {', '.join(KINDS)}")
    values = _checked(path, place, table, {**COMMON_KEYS, **KINDS[kind].keys})
    settings = {key: values[key] for key in KINDS[kind].keys}
    fault = KINDS[kind].fault(settings)
    if fault is not None:
        raise AlertError(f"{path}: {place}: {fault}")
    return Rule(
        name=values["name"],
        kind=kind,
        title=values["title"] or {"en": values["name"]},
        scope=Scope(**{key: values[key] for key in SCOPE_KEYS}),
        settings=settings,
        release=values["release"],
        cool_down=values["cool_down"],
        path=path,
        hash=digest(table),
    )


def _checked(path: Path, place: str, table: Mapping[str, Any], keys: Mapping[str, Key]) -> dict[str, Any]:
    try:
        return read_table(table, keys)
    except KeyFaultError as fault:
        raise AlertError(f"{path}: {place}: {fault}") from fault


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise AlertError(
            f"{path} cannot be read: {error.strerror}; check the path and its permissions"
        ) from error
    except UnicodeDecodeError as error:
        raise AlertError(f"{path} is not UTF-8 text; save it as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise AlertError(f"{path} is not valid TOML: {error}; correct that place") from error
