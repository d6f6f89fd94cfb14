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
    **{"path": 10, "client_agent": 12, "request_id": 12},
    **dict.fromkeys(("operation_id", "task_id", "span_id", "method", "model", "client"), 19),
}
"""Columns in which a secret may stand, and the bytes that a text needs for one: `sk-` and 16 signs;
`/?pwd=` and what a mask asks for."""

_RECURRING = frozenset(("path", "client_agent", "model", "method"))
"""Columns whose values recur: each is looked at once."""

_TEXTS = {"masked_line": "line", "masked_code": "error_code", "masked_message": "error_message"}


class Secrets:
    """The masks in use, as SQL over the columns of `seen` and `staged`.

    `always` holds every expression by the name under which statements have it filled in.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, masks: Sequence[Mask]) -> None:
        self._connection = connection
        of_columns = {
            name: labelled(name, masks, masked(name, masks, shortest)) for name, shortest in _COLUMNS.items()
        }
        of_texts = {name: masked(column, masks) for name, column in _TEXTS.items()}
        self.always: dict[str, str] = of_columns | of_texts
        self._looked_at = {
            name: (name, may_hold(name, masks, shortest))
            for name, shortest in _COLUMNS.items()
            if of_columns[name] == masked(name, masks, shortest)
        }
        self._looked_at |= {
            name: (_TEXTS[name], may_hold(_TEXTS[name], masks)) for name in ("masked_code", "masked_message")
        }

    def of(self, relation: str, where: str, absent: Collection[str] = ()) -> dict[str, str]:
        """Return the expressions for `relation` WHERE `where`: a bare column where it holds no secret.

        `absent` are columns that it lacks.
        """
        return self._expressions(relation, where, [name for name in _COLUMNS if name not in absent])

    def of_failures(self, where: str) -> dict[str, str]:
        """Return the expressions for the failures in `staged`, code and message among them."""
        return self._expressions("staged", where, tuple(self._looked_at))

    def _expressions(self, relation: str, where: str, names: Sequence[str]) -> dict[str, str]:
        looked_at = {name: self._looked_at[name] for name in names if name in self._looked_at}
        columns = {name: column for name, (column, _) in looked_at.items()}
        found = self._found(f"{relation} WHERE {where}", dict(looked_at.values()))
        return self.always | {name: column for name, column in columns.items() if column not in found}

    def _found(self, rows: str, looks: Mapping[str, str]) -> set[str]:
        """Return the columns of `rows` in which a secret may stand; `looks` holds the SQL of that for each.

        Columns whose values recur are looked at once for each value, the others all in one scan.
        """
        found = set()
        for column in looks.keys() & _RECURRING:
            given = f"(SELECT DISTINCT {column} FROM {rows})"  # noqa: S608 - names of our own
            found |= self._told({column: looks[column]}, given)
        return found | self._told({column: looks[column] for column in looks.keys() - _RECURRING}, rows)

    def _told(self, looks: Mapping[str, str], given: str) -> set[str]:
        if not looks:
            return set()
        told = ", ".join(f"bool_or({may_hold_one})" for may_hold_one in looks.values())
        row = self._connection.execute(f"SELECT {told} FROM {given}").fetchone()  # noqa: S608 - quoted in mask
        return {column for column, is_held in zip(looks, row or (), strict=True) if is_held}
