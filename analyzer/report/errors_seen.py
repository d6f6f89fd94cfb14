"""The dimension `error`: an entry, a code whose row is not sure, or an error outside the catalogue.

Place 0 is success. What the catalogue says of an error stands beside it, in both languages.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analyzer.arrow import encoded, numbers
from analyzer.report.dimensions import NONE, OTHER
from analyzer.report.visible import CODE_LENGTH, shortened, visible

IDENTITY = ("level", "entry_id", "code", "category", "action", "owner")
"""Columns that tell one error from another."""
_SAID = (
    "api",
    "http_status",
    "message",
    "retry",
    "remedy_id",
    "meaning_en",
    "meaning_zh",
    "remedy_en",
    "remedy_zh",
)
_Row = Mapping[str, Any]


class Errors:
    """The errors of the page in their order, and where to find them."""

    def __init__(self, catalog: Sequence[_Row], kept: int) -> None:
        self.kept = kept
        self.folded = 0
        self.rows: list[dict[str, Any]] = [{"level": "success"}]
        self._entries = {row["entry_id"]: row for row in catalog}
        self._remedies = defaultdict(set)
        for row in catalog:
            self._remedies[row["code"]].add(row["remedy_id"])
        self._by_remedy = {row["remedy_id"]: row for row in catalog}
        self._places: dict[tuple[Any, ...], int] = {}
        self._first: dict[tuple[str, str], int] = {}

    def add(self, identity: tuple[Any, ...]) -> int:
        """Return the place of an error given by its IDENTITY; it is added, or put to the rest when full."""
        if identity in self._places:
            return self._places[identity]
        level, entry_id, code, category, action, owner = identity
        if code != OTHER and len(self.rows) > self.kept:
            self.folded += 1
            rest = ("none" if level == "none" else "code", None, OTHER, category, action, owner)
            self._places[identity] = self.add(rest)
            return self._places[identity]
        self._places[identity] = len(self.rows)
        self._first.setdefault((level, entry_id if level == "entry" else code), len(self.rows))
        self.rows.append(self._described(dict(zip(IDENTITY, identity, strict=True))))
        return self._places[identity]

    def places(self, table: pa.Table) -> NDArray[np.int64]:
        """Return the place of each row of a query that has columns of an error, added by weight first."""
        return _mapped(table, self._identity_columns(table), self._place_of)

    def as_data(self) -> dict[str, Any]:
        """Return what the page carries of the errors."""
        return {"values": self.rows, "folded": self.folded}

    def _identity_columns(self, table: pa.Table) -> list[str]:
        wanted = ["failed", *IDENTITY, "error_code"]
        return [name for name in wanted if name in table.column_names]

    def _place_of(self, row: dict[str, Any]) -> int:
        if row.get("failed") is False:
            return 0
        if all(name in row for name in IDENTITY):
            return self.add(tuple(row[name] for name in IDENTITY))
        key = _key(row)
        found = self._first.get(key)
        if found is not None:
            return found
        return self.add((key[0], key[1] if key[0] == "entry" else None, *self._guess(key, row)))

    def _guess(self, key: tuple[str, str], row: dict[str, Any]) -> tuple[Any, ...]:
        entry = self._entries.get(key[1], {}) if key[0] == "entry" else {}
        code = row.get("code") or entry.get("code") or NONE
        unknown = "uncatalogued" if key[0] == "none" else "several"
        category, owner = entry.get("category", unknown), entry.get("owner", "unknown")
        return (key[1] if key[0] != "entry" else code, category, entry.get("action"), owner)

    def _described(self, row: dict[str, Any]) -> dict[str, Any]:
        entry = self._entries.get(row["entry_id"]) if row["level"] == "entry" else None
        said = {name: entry[name] for name in _SAID} if entry else {}
        if row["level"] == "code":
            remedies = self._remedies.get(row["code"], set())
            remedy = self._by_remedy[next(iter(remedies))] if len(remedies) == 1 else None
            said = {name: remedy[name] for name in ("remedy_id", "remedy_en", "remedy_zh")} if remedy else {}
            said.setdefault("remedy_id", "several" if remedies else "uncatalogued")
        texts = {name: _shown(value) for name, value in {**row, **said}.items() if value is not None}
        return {**texts, "code": shortened(str(texts.get("code", NONE)), CODE_LENGTH)}


def _key(row: Mapping[str, Any]) -> tuple[str, str]:
    if row.get("entry_id"):
        return "entry", row["entry_id"]
    if row.get("code") and row.get("level") != "none":
        return "code", row["code"]
    return "none", row.get("error_code") or row.get("code") or NONE


def _shown(value: object) -> object:
    return visible(shortened(value)) if isinstance(value, str) else value


def _mapped(table: pa.Table, names: list[str], place_of: Any) -> NDArray[np.int64]:
    """Return `place_of` of each row's `names`, asked once for each combination, the weightiest first."""
    if not table.num_rows:
        return np.zeros(0, dtype=np.int64)
    codes, values = [], []
    for name in names:
        code, known = encoded(table[name])
        codes.append(code)
        values.append([*known, None])
    packed = np.zeros(table.num_rows, dtype=np.int64)
    for code, known in zip(codes, values, strict=True):
        packed = packed * len(known) + code
    unique, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    weights = numbers(table["events"]) if "events" in table.column_names else np.ones(table.num_rows)
    order = np.argsort(-np.bincount(inverse, weights=weights, minlength=len(unique)), kind="stable")
    places = np.zeros(len(unique), dtype=np.int64)
    for number in order.tolist():
        at = first[number]
        row = {name: known[code[at]] for name, code, known in zip(names, codes, values, strict=True)}
        places[number] = place_of(row)
    return places[inverse]
