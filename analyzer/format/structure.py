"""Reading named fields out of JSON objects in DuckDB, nested ones too, with one parse a line."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

from analyzer.quote import quote_list, quote_name, quote_text

_ROOT = "object"
_SIMPLE = re.compile(r"[A-Za-z0-9_@-]+")
"""Names that stand in a JSON path without an escape."""


class Structure:
    """The fields wanted of a JSON object, read by DuckDB's `from_json` out of declared structures.

    Unless `tested` is False, lines are tested before they are read; untested, one malformed line ends the
    whole query. (DuckDB's `try` alone would have the two thousand lines around it tried again one by one.)
    Names that need no escape are read by their paths: a list of texts costs a quarter less than a structure.

    A dot in a name reaches into an object, or stands in the key itself (`"http.status"`). Every field
    is read as text. A name that is wanted both whole and in parts (`response` and `response.status`)
    is read whole, and taken apart in a second step on those lines alone where it is an object.
    DuckDB's structures take no two names that differ in case alone: the later one is read apart, from
    the lines that hold it. `flat` are the dotted names to look for as whole keys too; `text` is the
    column that holds the object.
    """

    def __init__(
        self, names: Collection[str], flat: Iterable[str] = (), text: str = "line", tested: bool = True
    ) -> None:
        self._text = text
        self._tested = tested
        wanted: set[tuple[str, ...]] = set()
        self._apart: set[tuple[str, ...]] = set()
        self._flat = {(name,) for name in flat}
        folded: dict[tuple[str, ...], tuple[str, ...]] = {}
        self._nested = {tuple(name.split(".")) for name in names}
        for path in (*(tuple(name.split(".")) for name in names), *self._flat):
            first = [
                folded.setdefault(_fold(path[:depth]), path[:depth]) for depth in range(1, len(path) + 1)
            ]
            (wanted if first[-1] == path else self._apart).add(path)
        self._tree: dict[str, Any] = {}
        self._opened = {
            path for path in wanted if any(path == other[: len(path)] != other for other in wanted)
        }
        for path in sorted(wanted):
            branch = self._tree
            for part in path[:-1]:
                branch = branch.setdefault(part, {})
            branch.setdefault(path[-1], {})
        leaves = list(self._leaves((), self._tree))
        is_simple = all(_SIMPLE.fullmatch(part) for path in leaves for part in path)
        self._listed = leaves if is_simple else []

    def field(self, name: str) -> str:
        """Return the SQL that reads the field `name` of a row of `select`."""
        path = tuple(name.split("."))
        if (name,) not in self._flat:
            return self._found(path)
        whole_key = self._found((name,))
        return f"coalesce({self._found(path)}, {whole_key})" if path in self._nested else whole_key

    def _found(self, path: tuple[str, ...]) -> str:
        if path in self._apart:
            place = "$." + ".".join(quote_name(part) for part in path)
            key = quote_text(quote_name(path[-1]))
            whole = self._text
            # Of a text that is no JSON nothing may be extracted: it would end the query.
            holds = f"{_ROOT} IS NOT NULL AND contains({whole}, {key})"
            return f"CASE WHEN {holds} THEN json_extract_string({whole}, {quote_text(place)}) END"
        return self._reader(path)

    def select(self, relation: str, kept: Sequence[str] = ("moment",)) -> str:
        """Return the SELECT that adds the parsed `object` (NULL where the text is no JSON) to `relation`.

        `kept` are columns of it to keep besides line_no, byte_offset, line and the text.
        """
        text = self._text
        root = f"{self._read()} AS {_ROOT}"
        columns = dict.fromkeys(("line_no", "byte_offset", *kept, "line", text))
        query = f"SELECT {', '.join(columns)}, {root} FROM {relation}"
        for path in sorted(self._opened, key=len):
            whole = self._reader(path)
            parts = f"try(from_json({whole}, {self._declared(path)}))"
            opened = f"CASE WHEN is_object({whole}) AND json_valid({whole}) THEN {parts} END"
            query = f"SELECT *, {opened} AS {quote_name('.'.join(path))} FROM ({query})"
        return query

    def _read(self) -> str:
        """Return the SQL that reads the text: a list in the order of `_listed`, else a structure."""
        text = self._text
        if self._listed:
            paths = ["$." + ".".join(quote_name(part) for part in path) for path in self._listed]
            # JSON's null is no object; of anything else a field that it lacks is NULL.
            some = f"(({text} >= '{{' AND {text} < '|') OR NOT regexp_full_match({text}, '\\s*null\\s*'))"
            sound = f"{some} AND json_valid({text})" if self._tested else some
            return f"json_extract_string(CASE WHEN {sound} THEN {text} END, {quote_list(paths)})"
        read = f"from_json({text}, {self._declared(())})"
        return f"CASE WHEN json_valid({text}) THEN try({read}) END" if self._tested else read

    def _reader(self, path: tuple[str, ...]) -> str:
        """Read from the nearest opened object above `path`, else from the line's own."""
        for length in range(len(path) - 1, 0, -1):
            if path[:length] in self._opened:
                return ".".join(quote_name(part) for part in (".".join(path[:length]), *path[length:]))
        if self._listed:
            return f"{_ROOT}[{self._listed.index(path) + 1}]"
        return ".".join((_ROOT, *(quote_name(part) for part in path)))

    def _declared(self, path: tuple[str, ...]) -> str:
        branch = self._tree
        for part in path:
            branch = branch[part]
        return quote_text(json.dumps(dict(self._structure(path, branch))))

    def _structure(self, path: tuple[str, ...], branch: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        for key, parts in branch.items():
            inner = (*path, key)
            yield (
                key,
                "VARCHAR" if not parts or inner in self._opened else dict(self._structure(inner, parts)),
            )

    def _leaves(self, path: tuple[str, ...], branch: dict[str, Any]) -> Iterator[tuple[str, ...]]:
        """Yield what is read of the line's own object: fields in the end, and whole objects to be opened."""
        for key, parts in branch.items():
            inner = (*path, key)
            if not parts or inner in self._opened:
                yield inner
            else:
                yield from self._leaves(inner, parts)


def _fold(path: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.lower() for part in path)
