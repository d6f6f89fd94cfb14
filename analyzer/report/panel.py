"""What a panel is: one file of templates/panels, whose head says where it stands and what it counts.

    /* panel
    section = "who"
    order = 20
    wide = false
    title.en = "By client"
    title.zh = "按客户端"

    [facts.clients]
    query = "client_failures"
    parameters = { ... }      # values of the query's parameters, beside since, until and step
    dimensions = ["bin"]      # columns of whole numbers that are keys and no counts
    cells = 20000             # the fact has at most so many; beyond, it lets go of dimensions
    keep = 40                 # values kept of each key of the query's own; the rest is folded into "other"
    compared = false          # the panel never looks at the span that the page's is compared with
    beyond = "hour"           # the fact is only counted where the page's slices are longer than that
    */

The rest of the file is one call of `panel({...})`; see docs/panels.md. A panel's id is its file's
name. The folder is listed, so a new panel is one new file and nothing else.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from analyzer.errors import PanelFileError
from analyzer.query.header import NamedQuery
from analyzer.query.library import find_query, load_queries
from analyzer.report.buckets import SECONDS
from analyzer.resources import data_files, shared_folder

SECTIONS = ("first", "fault", "compare", "when", "what", "who", "entries", "uncatalogued", "health")
"""Sections of the page, in their order; each may hold panels."""
_HEAD = re.compile(r"\A/\* panel\n(?P<toml>.*?)\n\*/\n(?P<script>.*)\Z", re.DOTALL)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_TYPES: Mapping[str, tuple[type, str]] = {
    "section": (str, "a text"),
    "order": (int, "a whole number"),
    "wide": (bool, "true or false"),
    "title": (dict, "title.en and title.zh"),
    "facts": (dict, "tables such as [facts.clients]"),
}
_FACT_TYPES: Mapping[str, tuple[type, str]] = {
    "query": (str, "the name of a query"),
    "parameters": (dict, "a table"),
    "dimensions": (list, "a list of columns"),
    "keep": (int, "a whole number"),
    "cells": (int, "a whole number"),
    "compared": (bool, "true or false"),
    "beyond": (str, "the length of a slice"),
}


@dataclass(frozen=True)
class Fact:
    """What a panel counts: a query, the values of its parameters, and which of its columns are keys."""

    query: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    dimensions: tuple[str, ...] = ()
    keep: int = 40
    cells: int = 20_000
    compared: bool = True
    beyond: str | None = None

    @property
    def key(self) -> str:
        """Return the name that facts of the same query and parameters share."""
        said = ",".join(f"{name}={value}" for name, value in sorted(self.parameters.items()))
        alone = "" if self.compared else "/alone"
        return f"{self.query}({said})/{','.join(self.dimensions)}/{self.keep}/{self.cells}{alone}"

    def is_wanted(self, step: str) -> bool:
        """Say whether the fact is counted where the page's slices have this length."""
        return self.beyond is None or SECONDS[step] > SECONDS[self.beyond]


@dataclass(frozen=True)
class Panel:
    """A panel of the page: where it stands, its titles by language, its facts, and its script."""

    id: str
    section: str
    order: int
    wide: bool
    title: Mapping[str, str]
    facts: Mapping[str, Fact]
    script: str


@cache
def panels(folder: Path | None = None) -> dict[str, Panel]:
    """Return every panel by its id, in the page's order. Raises PanelFileError, which names file and key."""
    files = data_files(folder or shared_folder("templates") / "panels", ".js")
    found = [read_panel(file) for file in files]
    found.sort(key=lambda panel: (SECTIONS.index(panel.section), panel.order, panel.id))
    return {panel.id: panel for panel in found}


def read_panel(path: Path) -> Panel:
    """Read a panel's file. Raises PanelFileError, which names the file, the key and the reason."""
    if not _NAME.fullmatch(path.stem):
        raise PanelFileError(f"{path}: the name {path.stem!r} is no panel name; use a-z, 0-9 and _")
    parts = _HEAD.fullmatch(path.read_text(encoding="utf-8").replace("\r\n", "\n"))
    if parts is None:
        raise PanelFileError(f"{path}: it has no head; begin with '/* panel', keys in TOML, '*/'")
    try:
        head = tomllib.loads(parts["toml"])
    except tomllib.TOMLDecodeError as error:
        raise PanelFileError(f"{path}: the head is no TOML: {error}; correct it") from error
    _check_types(path, "", head, _TYPES, required=("section", "order", "title"))
    if head["section"] not in SECTIONS:
        raise PanelFileError(
            f"{path}: section: {head['section']!r} is no section; use one of {', '.join(SECTIONS)}"
        )
    for language in ("en", "zh"):
        if not isinstance(head["title"].get(language), str):
            raise PanelFileError(f"{path}: title.{language}: it is missing; add it")
    if "panel(" not in parts["script"]:
        raise PanelFileError(f"{path}: it never calls panel({{...}}); add the call")
    facts = {name: _fact(path, name, value) for name, value in head.get("facts", {}).items()}
    return Panel(
        id=path.stem,
        section=head["section"],
        order=head["order"],
        wide=head.get("wide", True),
        title=head["title"],
        facts=facts,
        script=parts["script"],
    )


@cache
def _queries() -> dict[str, NamedQuery]:
    return load_queries()


def _fact(path: Path, name: str, value: Any) -> Fact:
    place = f"facts.{name}"
    if not isinstance(value, dict):
        raise PanelFileError(f"{path}: {place}: it is no table; write [{place}] and a query")
    _check_types(path, f"{place}.", value, _FACT_TYPES, required=("query",))
    queries = _queries()
    if value["query"] not in queries:
        raise PanelFileError(f"{path}: {place}.query: there is no query {value['query']!r}; see queries/")
    query = find_query(value["query"], queries)
    known = {parameter.name for parameter in query.parameters}
    for parameter in value.get("parameters", {}):
        if parameter not in known:
            raise PanelFileError(
                f"{path}: {place}.parameters.{parameter}: the query has no such parameter; correct one"
            )
    columns = {column.name for column in query.returns}
    for column in value.get("dimensions", ()):
        if column not in columns:
            raise PanelFileError(
                f"{path}: {place}.dimensions: the query returns no column {column!r}; correct one"
            )
    beyond = value.get("beyond")
    if beyond is not None and beyond not in SECONDS:
        raise PanelFileError(
            f"{path}: {place}.beyond: no slice is called {beyond!r}; use one of {', '.join(SECONDS)}"
        )
    return Fact(
        query=value["query"],
        parameters=value.get("parameters", {}),
        dimensions=tuple(value.get("dimensions", ())),
        keep=value.get("keep", Fact.keep),
        cells=value.get("cells", Fact.cells),
        compared=value.get("compared", Fact.compared),
        beyond=beyond,
    )


def _check_types(
    path: Path,
    prefix: str,
    table: Mapping[str, Any],
    types: Mapping[str, tuple[type, str]],
    required: tuple[str, ...],
) -> None:
    for key in required:
        if key not in table:
            raise PanelFileError(f"{path}: {prefix}{key}: it is missing; add it")
    for key, value in table.items():
        if key not in types:
            raise PanelFileError(f"{path}: {prefix}{key}: there is no such key; use {', '.join(types)}")
        wanted, words = types[key]
        if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
            raise PanelFileError(f"{path}: {prefix}{key}: it must be {words}; it is {value!r}")
