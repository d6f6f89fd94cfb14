"""What the masks make of a batch's columns: nothing, for most columns of most batches.

One look at a relation tells in which columns a secret may stand at all; the others are stored as they
are. (Every thread of every statement makes each pattern in it ready anew, whether or not it is needed.)
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.ingest.mask import Mask, labelled, masked, may_hold

if TYPE_CHECKING:
    import duckdb

_COLUMNS = {
    **{"path": 10, "client": 16},
    **dict.fromkeys(
        ("client_agent", "request_id", "operation_id", "task_id", "span_id", "method", "model"), 12
    ),
}
"""Columns in which a secret may stand, and the bytes that a text needs for one: `/?pwd=` and four signs,
`password=` and four signs; an address is shorter than what a client's column would need."""

_RECURRING = frozenset(("path", "client_agent", "model", "method"))
"""Columns whose values recur: each is looked at once."""

_KEY = "key_label(api_key)"
_MAY_BE_A_KEY = "NOT (starts_with(api_key, 'key-') AND strlen(api_key) < 12 AND NOT contains(api_key, '@'))"
"""Whether a key is more than the label that it is stored by."""

_TEXTS = {"masked_line": "line", "masked_code": "error_code", "masked_message": "error_message"}


class Secrets:
    """The masks in use, as SQL over the columns of `seen` and `staged`.

    `always` holds every expression by the name under which statements have it filled in.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, masks: Sequence[Mask]) -> None:
        self._connection = connection
        self._masks = tuple(masks)
        whole = {name: masked(name, masks, shortest) for name, shortest in _COLUMNS.items()}
        of_columns = {name: labelled(name, masks, expression) for name, expression in whole.items()}
        self.always = (
            {"api_key": _KEY} | of_columns | {name: masked(column, masks) for name, column in _TEXTS.items()}
        )
        # A column whose whole value becomes a label is not looked at.
        self._columns = {name: name for name in _COLUMNS if of_columns[name] == whole[name]}
        self._texts = {name: _TEXTS[name] for name in ("masked_code", "masked_message")}

    def of(
        self, relation: str, where: str, absent: Collection[str] = (), is_small: bool = False
    ) -> dict[str, str]:
        """Return the expressions for `relation` WHERE `where`: a bare column where it holds no secret.

        `absent` are columns that it lacks; one that `is_small` is looked at in a single scan.
        """
        present = {name: column for name, column in self._columns.items() if name not in absent}
        bare = {name: name for name in self._columns if name in absent}
        return self._expressions(f"{relation} WHERE {where}", present, is_small) | bare

    def of_failures(self, where: str, is_small: bool = False) -> dict[str, str]:
        """Return the expressions for the failures in `staged`, code and message among them."""
        return self._expressions(f"staged WHERE {where}", self._columns | self._texts, is_small)

    def _expressions(self, rows: str, names: Mapping[str, str], is_small: bool) -> dict[str, str]:
        """Return `always` with what a look at `rows` tells of the columns of `names`."""
        suspected = self._suspected(rows, list(names.values()), frozenset() if is_small else _RECURRING)
        told = {name: column for name, column in names.items() if column not in suspected}
        for name, column in names.items():
            if column in suspected:
                told[name] = masked(column, self._needed(rows, column), _COLUMNS.get(column, 0))
        if not self._told({"api_key": _MAY_BE_A_KEY}, rows):
            told["api_key"] = "api_key"
        return self.always | told

    def _suspected(self, rows: str, columns: Sequence[str], recurring: Collection[str]) -> set[str]:
        """Return the columns of `rows` in which a secret may stand.

        Columns whose values are `recurring` are looked at once for each value, the others all in one scan.
        """
        looks = {column: may_hold(column, self._masks, _COLUMNS.get(column, 0)) for column in columns}
        found = set()
        for column in looks.keys() & recurring:
            given = f"(SELECT DISTINCT {column} FROM {rows})"  # noqa: S608 - names of our own
            found |= self._told({column: looks[column]}, given)
        return found | self._told({column: looks[column] for column in looks.keys() - recurring}, rows)

    def _needed(self, rows: str, column: str) -> list[Mask]:
        """Return the masks of which a needle stands in `column` of any of `rows`."""
        shortest = _COLUMNS.get(column, 0)
        looks = {str(place): may_hold(column, (mask,), shortest) for place, mask in enumerate(self._masks)}
        suspected = may_hold(column, self._masks, shortest)
        given = f"(SELECT DISTINCT {column} FROM {rows} AND ({suspected}))"  # noqa: S608 - quoted in mask
        found = self._told(looks, given)
        return [mask for place, mask in enumerate(self._masks) if str(place) in found]

    def _told(self, looks: Mapping[str, str], given: str) -> set[str]:
        """Return the names of `looks`, conditions in SQL, that hold for any row of `given`."""
        if not looks:
            return set()
        told = ", ".join(f"bool_or({condition})" for condition in looks.values())
        row = self._connection.execute(f"SELECT {told} FROM {given}").fetchone()  # noqa: S608 - quoted in mask
        return {name for name, is_true in zip(looks, row or (), strict=True) if is_true}
