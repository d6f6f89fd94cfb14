"""The page's dimensions: the values that cells are counted by, each a number in the page.

A value that was not kept is in the place `other`, and the page says how many there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as kind
from numpy.typing import NDArray

from analyzer.arrow import encoded, text_column
from analyzer.report.visible import shortened, visible

NONE = "(none)"
OTHER = "(other)"
_LENGTH = 300
_MOST_PACKED = 2**62
PLAIN = ("model", "endpoint", "api_key")
"""Dimensions of texts, which slice requests as well as failures."""


@dataclass
class Dimension:
    """The values of one dimension in their order; `folded` counts the values that became `(other)`."""

    values: list[Any]
    folded: int = 0
    _places: dict[Any, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._places = {value: place for place, value in enumerate(self.values)}

    def place(self, value: Any) -> int:
        """Return the place of `value`, else that of `(other)`; the value is added where there is none."""
        found = self._places.get(value)
        if found is None:
            found = self._places.get(OTHER)
        return self.add(value) if found is None else found

    def add(self, value: Any) -> int:
        """Return the place of `value`, which is added where it is missing."""
        if value not in self._places:
            self._places[value] = len(self.values)
            self.values.append(value)
        return self._places[value]

    def places(self, column: pa.ChunkedArray) -> NDArray[np.int64]:
        """Return the place of each of a column's values; NULL and "" are `(none)`."""
        indices, found = encoded(column)
        known = [self.place(NONE if value in (None, "") else value) for value in found]
        if column.null_count:
            known.append(self.place(NONE))
        places: NDArray[np.int64] = np.array(known or [0], dtype=np.int64)[indices]
        return places

    def as_data(self) -> dict[str, Any]:
        """Return what the page carries of it."""
        named = {"none": self._places.get(NONE), "other": self._places.get(OTHER)}
        return {"values": self.values, "folded": self.folded, **named}


def shown_texts(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column as texts that are short and visible, or its whole numbers as they are."""
    if kind.is_integer(column.type):
        return column
    if kind.is_boolean(column.type):
        return column.cast(pa.string())
    if not len(column):
        return column
    found = column.combine_chunks().dictionary_encode()
    shown = [visible(shortened(value, _LENGTH)) for value in found.dictionary.to_pylist()]
    decoded = pa.DictionaryArray.from_arrays(found.indices, text_column(shown))
    return pa.chunked_array([decoded.cast(pa.string())])


def ranked(column: pa.ChunkedArray, weights: NDArray[Any], keep: int) -> Dimension:
    """Return the dimension of a column's `keep` weightiest values; the others are `(other)`."""
    indices, found = encoded(column)
    named = [NONE if value in (None, "") else value for value in [*found, None]]
    sums: dict[Any, float] = {}
    rows = np.bincount(indices, minlength=len(named))
    for value, weight, count in zip(named, np.bincount(indices, weights, len(named)), rows, strict=True):
        if count:
            sums[value] = sums.get(value, 0) + float(weight)
    order = sorted(sums, key=lambda value: (-sums[value], str(value)))
    kept = order[:keep]
    if len(order) > keep and OTHER not in kept:
        kept.append(OTHER)
    return Dimension(kept, folded=max(len(order) - keep, 0))


def summed(
    keys: Sequence[NDArray[np.int64]], measures: Sequence[NDArray[Any]]
) -> tuple[list[NDArray[np.int64]], list[NDArray[Any]]]:
    """Return the different combinations of the keys, and the sums of the measures over each."""
    if not keys or not len(keys[0]):
        return [key[:0] for key in keys], [measure[:0] for measure in measures]
    packed, combinations = np.zeros(len(keys[0]), dtype=np.int64), 1
    for key in keys:
        size = int(key.max()) + 1
        if combinations * size > _MOST_PACKED:
            known, packed = np.unique(packed, return_inverse=True)
            combinations = len(known)
        packed, combinations = packed * size + key, combinations * size
    _, first, inverse = np.unique(packed, return_index=True, return_inverse=True)
    sums = [np.bincount(inverse, weights=measure, minlength=len(first)) for measure in measures]
    whole = [
        total if measure.dtype.kind == "f" else np.rint(total).astype(np.int64)
        for total, measure in zip(sums, measures, strict=True)
    ]
    return [key[first] for key in keys], whole
