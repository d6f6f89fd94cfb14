"""The counts of a span as one frame, and the tables that are made of it: by code, owner, model, day, ...

They come from the query `cube`, which the page's own numbers come from too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analyzer.arrow import dicts
from analyzer.query.library import find_query, load_queries
from analyzer.query.run import run
from analyzer.report.scope import Span
from analyzer.report.visible import shortened, visible

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

OWN_REQUESTS = ("model", "endpoint", "api_key")
"""Keys whose values have requests of their own; by any other key, the whole span's are the denominator."""
_OF_ERRORS = ("level", "entry_id", "code", "category", "action", "owner")
_STEPS = ((timedelta(hours=6), "5minutes"), (timedelta(days=1), "15minutes"), (timedelta(days=93), "hour"))
Key = tuple[Any, ...]
NONE = "(none)"


@dataclass(frozen=True)
class Measured:
    """A span's counts: a row each slice, model, endpoint, key, status and error; and its overview."""

    span: Span
    frame: pd.DataFrame
    overview: Mapping[str, Any]


def ask(connection: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> pa.Table:
    """Return a named query's result."""
    return run(connection, find_query(name, load_queries()), parameters).table()


def rows(connection: duckdb.DuckDBPyConnection, name: str, **parameters: Any) -> list[dict[str, Any]]:
    """Return a named query's result as rows; what cannot be seen in texts is made visible."""
    return [
        {key: _visible(value) for key, value in row.items()}
        for row in dicts(ask(connection, name, **parameters))
    ]


def step_of(span: Span) -> str:
    """Return how long the slices are by which a span's bursts are judged."""
    return next((step for length, step in _STEPS if span.length < length), "day")


def measure(
    connection: duckdb.DuckDBPyConnection, span: Span, step: str, exact: Mapping[str, Any]
) -> Measured:
    """Count a span in slices of `step`; `exact` is its range as asked, None where it is open."""
    frame = ask(connection, "cube", step=step, **exact).to_pandas()
    for name in (*OWN_REQUESTS, *_OF_ERRORS):
        frame[name] = _named(frame[name], NONE if name in OWN_REQUESTS else None)
    frame["rated"] = frame["rated"].astype(bool)
    return Measured(span, frame, rows(connection, "overview", **exact)[0])


def by(measured: Measured, keys: Sequence[str], also: Iterable[Key] = ()) -> list[dict[str, Any]]:
    """Return the failures by `keys`, the most first: failures, requests, error_rate, share.

    `also` are keys of another span, which follow with no failures where they have none here.
    """
    frame = measured.frame
    failed = frame[frame["failed"]]
    counts = {key: (events, rated) for key, events, rated in _counted(failed, keys)}
    counts |= {key: (0, 0) for key in also if key not in counts}
    own = _requests(frame, keys[0]) if keys[0] in OWN_REQUESTS else None
    total, failures = int(measured.overview["requests"]), int(measured.overview["failures"])
    found = []
    for key, (events, rated) in counts.items():
        requests = total if own is None else own.get(key[0], 0)
        found.append(
            {
                **dict(zip(keys, key, strict=True)),
                "failures": events,
                "failures_without_rate": events - rated,
                "requests": requests,
                "error_rate": rated / requests if requests else None,
                "share": events / failures if failures else None,
            }
        )
    return sorted(found, key=lambda row: (-row["failures"], *(str(row[key] or "") for key in keys)))


def by_day(measured: Measured, time_zone: str) -> list[dict[str, Any]]:
    """Return each local day with events: failures, requests, error_rate; events without a time have none."""
    timed = measured.frame[measured.frame["slice"].notna()]
    day = timed["slice"].dt.tz_convert(time_zone).dt.tz_localize(None).dt.normalize()
    found = []
    for moment, part in timed[["failed", "rated", "events"]].groupby(day):
        failed, rated = part[part["failed"]], part[part["rated"]]
        found.append(_figures({"day": f"{moment:%Y-%m-%d}"}, failed, int(rated["events"].sum())))
    return found


def _counted(failed: pd.DataFrame, keys: Sequence[str]) -> Iterator[tuple[Key, int, int]]:
    marked = failed.assign(rated_events=failed["events"].where(failed["rated"], 0))
    counted = marked.groupby(list(keys), dropna=False, observed=True)[["events", "rated_events"]].sum()
    for record in counted.reset_index().itertuples(index=False):
        *key, events, rated = record
        yield tuple(map(_plain, key)), int(events), int(rated)


def _requests(frame: pd.DataFrame, key: str) -> dict[Any, int]:
    counted = frame[frame["rated"]].groupby(key)["events"].sum()
    return {name: int(events) for name, events in counted.items()}


def _figures(named: dict[str, Any], failed: pd.DataFrame, requests: int) -> dict[str, Any]:
    failures = int(failed["events"].sum())
    unrated = int(failed.loc[~failed["rated"], "events"].sum())
    rate = (failures - unrated) / requests if requests else None
    return {
        **named,
        "failures": failures,
        "failures_without_rate": unrated,
        "requests": requests,
        "error_rate": rate,
    }


def _named(column: pd.Series, missing: str | None) -> pd.Series:
    """Return a column of names with what cannot be seen made visible, `missing` where there is none.

    Each name is looked at once, however many rows have it.
    """
    places, names = pd.factorize(column)
    shown = [_visible(name) or missing for name in names]
    # As objects: rows are taken out of the frame often, which texts in Arrow are slow at.
    return pd.Series(np.array([*shown, missing], dtype=object)[places], index=column.index, dtype=object)


def _plain(value: Any) -> Any:
    """Return a key as Python has it; a status is a whole number, though a column with NULLs holds floats."""
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, float | np.number) else value


def _visible(value: object) -> object:
    if isinstance(value, str):
        return visible(shortened(value))
    return [_visible(part) for part in value] if isinstance(value, list) else value
