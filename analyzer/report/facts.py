"""Facts: a query's answer counted in the page's dimensions, and in keys of the query's own.

Columns that a query may have: `slice`, `model`, `endpoint`, `api_key`, `status`, `failed`, `rated`, and of an
error `entry_id`, `code`, `error_code` (with `level`, `category`, `action`, `owner` where it knows them).
Other columns of texts or truth values are keys of its own; other numbers are measures, which are added up.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.types as kind
from numpy.typing import NDArray

from analyzer.arrow import numbers
from analyzer.report.buckets import Buckets
from analyzer.report.columns import encode_table
from analyzer.report.cube import Dimensions, slices
from analyzer.report.dimensions import PLAIN, Dimension, ranked, shown_texts, summed
from analyzer.report.errors_seen import IDENTITY
from analyzer.report.panel import Fact

_LET_GO = ("status", "endpoint", "api_key", "model", "time")
_ERROR = ("entry_id", "error_code", *IDENTITY)
_Columns = dict[str, NDArray[Any]]


@dataclass
class FactTable:
    """A fact of the current span and of the compared one, in the same keys."""

    fact: Fact
    own: dict[str, Dimension] = field(default_factory=dict)
    measures: list[str] = field(default_factory=list)
    spans: list[_Columns] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)

    def add(self, table: pa.Table, dimensions: Dimensions, buckets: Buckets) -> None:
        """Count a query's answer, as the next span."""
        columns: _Columns = {}
        self.measures = []
        for name in table.column_names:
            if name == "slice":
                columns["time"] = slices(table[name], buckets)
            elif name in PLAIN:
                columns[name] = dimensions.plain[name].places(shown_texts(table[name]))
            elif name == "status":
                columns[name] = dimensions.status.places(table[name])
            elif name == "rated":
                columns[name] = numbers(table[name].cast(pa.int64()))
            elif name == "failed" or name in _ERROR:
                continue
            elif _is_key(name, table.schema.field(name).type, self.fact):
                columns[name] = self._own_places(name, table)
            elif kind.is_decimal(table.schema.field(name).type) or kind.is_floating(
                table.schema.field(name).type
            ):
                columns[name] = numbers(table[name].cast(pa.float64()))
                self.measures.append(name)
            else:
                columns[name] = numbers(table[name].cast(pa.int64()))
                self.measures.append(name)
        if {"entry_id", "code", "error_code"} & set(table.column_names):
            columns["error"] = dimensions.errors.places(table)
        self.spans.append(self._summed(columns))

    def shrink(self) -> None:
        """Let go of page dimensions until the cells fit: the panel says which filters it does not follow."""
        most = self.fact.cells // max(len(self.spans), 1)
        for name in _LET_GO:
            if max((len(next(iter(span.values()), [])) for span in self.spans), default=0) <= most:
                return
            if any(name in span for span in self.spans):
                self.lost.append(name)
                self.spans = [
                    self._summed({key: column for key, column in span.items() if key != name})
                    for span in self.spans
                ]

    def as_data(self) -> dict[str, Any]:
        """Return what the page carries of it."""
        return {
            "query": self.fact.query,
            "measures": self.measures,
            "own": {name: dimension.as_data() for name, dimension in self.own.items()},
            "lost": self.lost,
            "spans": [encode_table(span, self.measures) for span in self.spans],
        }

    def _own_places(self, name: str, table: pa.Table) -> NDArray[np.int64]:
        column = shown_texts(table[name])
        if name not in self.own:
            keep = table.num_rows if kind.is_integer(column.type) else self.fact.keep
            self.own[name] = ranked(column, _first_measure(table), keep)
        return self.own[name].places(column)

    def _summed(self, columns: _Columns) -> _Columns:
        keys = {name: column for name, column in columns.items() if name not in self.measures}
        places, sums = summed(list(keys.values()), [columns[name] for name in self.measures])
        return {**dict(zip(keys, places, strict=True)), **dict(zip(self.measures, sums, strict=True))}


def _is_key(name: str, type: pa.DataType, fact: Fact) -> bool:
    texts = kind.is_string(type) or kind.is_large_string(type) or kind.is_string_view(type)
    return texts or kind.is_boolean(type) or name in fact.dimensions


def _first_measure(table: pa.Table) -> NDArray[Any]:
    for name in table.column_names:
        if name in ("failures", "events", "requests", "calls"):
            weights: NDArray[Any] = numbers(table[name]).astype(float)
            return weights
    return np.ones(table.num_rows)
