"""Arrow's columns as Python values and as NumPy's arrays.

Arrow's own ways, `to_pylist` for times, `to_numpy` and `array`, import pandas first: a third
of a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

if TYPE_CHECKING:
    import numpy as np
    import pyarrow
    from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def values(column: pyarrow.Array | pyarrow.ChunkedArray) -> list[Any]:
    """Return a column's values, NULL as None; TIMESTAMPTZ as datetimes in the column's zone.

    Raises ValueError or OverflowError for a time outside the years 1 to 9999.
    """
    import pyarrow

    zone = _zone(column.type.tz) if pyarrow.types.is_timestamp(column.type) else None
    if zone is None or column.type.unit != "us":
        return list(column.to_pylist())
    return [
        None if value is None else (_EPOCH + timedelta(microseconds=value)).astimezone(zone)
        for value in column.cast(pyarrow.int64()).to_pylist()
    ]


def numbers(column: pyarrow.Array | pyarrow.ChunkedArray, missing: int = 0) -> NDArray[Any]:
    """Return a column of numbers as an array, `missing` where it is NULL.

    Truths become 0 and 1, times their whole number.
    """
    import numpy as np
    import pyarrow

    if not len(column):
        return np.zeros(0, dtype=np.int64)
    kind = column.type
    if pyarrow.types.is_boolean(kind):
        column = column.cast(pyarrow.uint8())
    elif pyarrow.types.is_timestamp(kind):
        column = column.cast(pyarrow.int64())
    if isinstance(column, pyarrow.ChunkedArray):
        column = column.combine_chunks()
    if not column.null_count:
        return np.array(np.from_dlpack(column))
    is_known = np.from_dlpack(column.is_valid().cast(pyarrow.uint8())).astype(bool)
    whole = pyarrow.Array.from_buffers(
        column.type, len(column), [None, column.buffers()[1]], offset=column.offset
    )
    return np.where(is_known, np.from_dlpack(whole), missing)


def encoded(column: pyarrow.ChunkedArray) -> tuple[NDArray[np.int64], list[Any]]:
    """Return each row's place among the different values, and these; NULL is in the place after them."""
    import numpy as np

    if not len(column):
        return np.zeros(0, dtype=np.int64), []
    found = column.combine_chunks().dictionary_encode()
    known = values(found.dictionary)
    return numbers(found.indices, len(known)).astype(np.int64), known


def combinations(columns: Sequence[pyarrow.ChunkedArray]) -> set[tuple[Any, ...]]:
    """Return the different rows of columns of equal length, NULL as None."""
    import numpy as np

    places, found = zip(*(encoded(column) for column in columns), strict=True)
    packed = np.zeros(len(columns[0]), dtype=np.int64)
    for place, known in zip(places, found, strict=True):
        packed = packed * (len(known) + 1) + place
    _, first = np.unique(packed, return_index=True)
    rows = [[*known, None] for known in found]
    named = [
        [names[place] for place in where[first].tolist()] for names, where in zip(rows, places, strict=True)
    ]
    return set(zip(*named, strict=True))


def text_column(texts: Sequence[str]) -> pyarrow.StringArray:
    """Return texts as an Arrow array."""
    import numpy as np
    import pyarrow

    encoded = [text.encode() for text in texts]
    ends = np.cumsum([0, *map(len, encoded)], dtype=np.int32)
    buffers = pyarrow.py_buffer(ends.tobytes()), pyarrow.py_buffer(b"".join(encoded))
    return pyarrow.StringArray.from_buffers(len(encoded), *buffers)


def dicts(table: pyarrow.Table) -> list[dict[str, Any]]:
    """Return a table's rows, each as column -> value."""
    columns = [values(column) for column in table.columns]
    return [dict(zip(table.column_names, row, strict=True)) for row in zip(*columns, strict=True)]


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ValueError, ZoneInfoNotFoundError):
        return None
