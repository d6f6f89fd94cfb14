"""The cube of the page: how time is cut and which values are kept, so that its cells fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from analyzer.arrow import numbers
from analyzer.report.buckets import SECONDS, Buckets, bucket_count, cut
from analyzer.report.dimensions import NONE, PLAIN, Dimension, ranked, shown_texts, summed
from analyzer.report.errors_seen import Errors

MOST_CELLS = 100_000
"""A page carries at most so many cells."""
MOST_COMPARED_CELLS = 70_000
"""A page of two spans carries at most so many of each."""
_MOST_BUCKETS = 800
_FEWEST_BUCKETS = 24
_KEPT = {"model": 40, "endpoint": 40, "api_key": 60}
_KEPT_ERRORS = 150
_TRAFFIC_WAVES = 0.95
"""Traffic comes in waves, which fills fewer cells than an even flow would."""

Ask = Callable[[str, Mapping[str, Any]], pa.Table]


@dataclass
class Dimensions:
    """What every fact of the page is counted by."""

    buckets: Buckets
    plain: dict[str, Dimension]
    status: Dimension
    errors: Errors


def choose(
    ask: Ask,
    asked: Mapping[str, Any],
    span: tuple[datetime, datetime],
    zone: ZoneInfo,
    most_cells: int = MOST_CELLS,
) -> Dimensions:
    """Return the dimensions of a span, whose cells fit: slices as short as possible, then fewer values.

    `asked` holds the range that was asked for, since and until; `span` is where its events begin and end.
    """
    whole = ask("cube", {**asked, "step": first_step(*span)})
    catalog = ask("catalog", {}).to_pylist()
    since, until = span
    kept = dict(_KEPT)
    steps = [step for step in SECONDS if bucket_count(since, until, step) <= _MOST_BUCKETS] or ["month"]
    few = [step for step in steps if bucket_count(since, until, step) < _FEWEST_BUCKETS]
    while True:
        dimensions = _dimensions(whole, kept, catalog)
        counts = _counts(whole, dimensions)
        for step in steps:
            fits = _expected(counts, bucket_count(since, until, step)) <= most_cells
            if fits and (step not in few or step == steps[0] or max(kept.values()) <= 1):
                dimensions.buckets = cut(since, until, zone, step)
                return dimensions
        widest = max(kept, key=lambda name: min(kept[name], len(dimensions.plain[name].values)))
        if kept[widest] <= 1:
            dimensions.buckets = cut(since, until, zone, steps[-1])
            return dimensions
        kept[widest] = max(min(kept[widest], len(dimensions.plain[widest].values)) // 2, 1)


def first_step(since: datetime, until: datetime) -> str:
    """Return the slices in which a span is counted first, to choose by.

    The hours of a day are few, and a day with many events is shown by the hour: they are not counted twice.
    """
    return "hour" if bucket_count(since, until, "hour") <= _FEWEST_BUCKETS + 1 else "all"


def cells(table: pa.Table, dimensions: Dimensions, buckets: Buckets) -> dict[str, NDArray[Any]]:
    """Return the cells of `cube`'s answer in the page's dimensions: columns of places, and `events`."""
    keys = {"time": slices(table["slice"], buckets)}
    keys |= {name: dimension.places(shown_texts(table[name])) for name, dimension in dimensions.plain.items()}
    keys["status"] = dimensions.status.places(table["status"])
    keys["error"] = dimensions.errors.places(table)
    keys["rated"] = numbers(table["rated"]).astype(np.int64)
    places, sums = summed(list(keys.values()), [numbers(table["events"])])
    return {**dict(zip(keys, places, strict=True)), "events": sums[0]}


def slices(column: pa.ChunkedArray, buckets: Buckets) -> NDArray[np.int64]:
    """Return the page's slice of each moment; what has no time is in the place after the last."""
    known = numbers(column.is_valid()).astype(bool)
    places = buckets.places(numbers(column))
    return np.where(known, places, buckets.count)


def _dimensions(whole: pa.Table, kept: Mapping[str, int], catalog: list[Any]) -> Dimensions:
    weights = _weights(whole)
    plain = {}
    for name in PLAIN:
        plain[name] = ranked(shown_texts(whole[name]), weights, kept[name])
    errors = Errors(catalog, _KEPT_ERRORS)
    errors.places(whole)
    status = Dimension([NONE])
    status.places(whole["status"])
    return Dimensions(Buckets("day", np.zeros(0, dtype=np.int64)), plain, status, errors)


def _weights(whole: pa.Table) -> NDArray[np.float64]:
    """Return each row's share of requests and of failures together: rare but failing counts too."""
    events = numbers(whole["events"]).astype(float)
    failed = numbers(whole["failed"]).astype(bool)
    weights: NDArray[np.float64] = events / max(events.sum(), 1)
    weights += np.where(failed, events / max(events[failed].sum(), 1), 0)
    return weights


def _counts(whole: pa.Table, dimensions: Dimensions) -> NDArray[np.int64]:
    """Return the events of each combination of values."""
    keys = [dimension.places(shown_texts(whole[name])) for name, dimension in dimensions.plain.items()]
    keys += [dimensions.status.places(whole["status"]), dimensions.errors.places(whole)]
    return summed([*keys, numbers(whole["rated"]).astype(np.int64)], [numbers(whole["events"])])[1][0]


def _expected(counts: NDArray[np.int64], buckets: int) -> float:
    """Return how many cells are filled when each combination's events fall evenly into the buckets."""
    if buckets <= 1:
        return len(counts)
    return float((buckets * -np.expm1(counts * np.log1p(-1 / buckets))).sum()) * _TRAFFIC_WAVES
