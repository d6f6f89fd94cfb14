"""Tables as the page carries them: columns of whole numbers, written so that they pack well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Column = NDArray[Any]


def encode_table(columns: Mapping[str, Column], measures: Sequence[str]) -> dict[str, Any]:
    """Return `{rows, columns}`; rows are put in an order that packs well, time last.

    A column is `{"run": [value, times, ...]}`, `{"step": [...]}` (differences to the row before), or a
    plain list.
    """
    rows = len(next(iter(columns.values()), []))
    keys = [name for name in columns if name not in measures and name != "time"]
    keys.sort(key=lambda name: _different(columns[name]))
    order = np.lexsort([columns[name] for name in reversed([*keys, "time"]) if name in columns])
    ordered = {name: column[order] for name, column in columns.items()} if rows else dict(columns)
    return {"rows": rows, "columns": {name: _encoded(name, column) for name, column in ordered.items()}}


def _different(column: Column) -> int:
    """Return how many different values a column of places has."""
    if not len(column) or column.dtype.kind not in "iu" or column.min() < 0 or column.max() > 8 * len(column):
        return len(np.unique(column))
    return int(np.count_nonzero(np.bincount(column)))


def _encoded(name: str, column: Column) -> Any:
    if column.dtype.kind == "f":
        return [None if value != value else round(float(value), 3) for value in column]
    if name == "time" and len(column):
        return {"step": np.diff(column, prepend=0).tolist()}
    changes = np.flatnonzero(np.diff(column)) + 1
    if len(column) and len(changes) * 3 < len(column):
        edges = np.concatenate([[0], changes, [len(column)]])
        runs = np.stack([column[edges[:-1]], np.diff(edges)], axis=1)
        return {"run": runs.ravel().tolist()}
    return column.tolist()
