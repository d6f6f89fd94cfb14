"""What the entry panels count equals what pandas counts over the same events, with no SQL of the tool's."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np
import pandas
import pytest

from analyzer.query.library import load_queries
from analyzer.query.run import run
from analyzer.store.open import open_reader, open_writer

QUERIES = load_queries()
START = pandas.Timestamp("2026-05-01T00:00:00Z")
MESSAGES = {
    "qps": "Too many requests, the rate limit is %s times per second.",
    "rpm": "Too many requests, the rate limit is %s times per minute.",
    "tpm": "Too many requests, the rate limit is %s tokens per minute.",
    "server": "An unexpected exception occurred.",
    "name": "The name is a required field",
    "length": "the prompt length %s must be less than the maximum input length %s",
}
RETRY = {"server": "after_wait", "name": "never", "length": "never"}
CATEGORY = {"server": "server_error", "name": "invalid_request", "length": "invalid_request"}
ENTRIES = [
    {
        "entry_id": entry,
        "code": f"C-{entry[:4]}",
        "message": message,
        "category": CATEGORY.get(entry, "rate_limit"),
        "retry": RETRY.get(entry, "after_wait"),
    }
    for entry, message in MESSAGES.items()
]
Make = Callable[..., duckdb.DuckDBPyConnection]


def made_up(seed: int, count: int = 500) -> pandas.DataFrame:
    """Return events close together in time, so that everything that can coincide does."""
    chance = np.random.default_rng(seed)
    pick = chance.choice
    frame = pandas.DataFrame(
        {
            "line_no": range(1, count + 1),
            "source_id": pick([1, 1, 1, 2], count),
            # Quarters of a second, each once: moments at the edge of a slice, and none without an order.
            "ts": START + pandas.to_timedelta(chance.permutation(3 * count)[:count] * 250, unit="ms"),
            "model": pick(["m1", "m2", ""], count),
            "api_key": pick(["k1", "k2", None], count),
            "client": pick(["c1", "c2", None], count),
            "endpoint": pick(["/v1/video/generations", "/v1/video/generations/{id}", "/v1/chat"], count),
            "error": pick([*MESSAGES, "unsure", "foreign", *["success"] * 6], count),
            "status": pick([200, 429, 500], count),
            "operation_id": pick([*(f"o{n}" for n in range(60)), None, None], count),
            "attempt": pick([1, 2, 3, 0], count),
            "task": pick([f"t{n}" for n in range(40)], count),
            "duration_ms": np.round(np.exp(chance.normal(6, 3, count)), 1),
            "limit": pick(["1", "2", "30", "1,000"], count),
            "length": chance.integers(1, 9000, count),
        }
    )
    frame["failed"] = frame.error != "success"
    frame["attempt"] = frame.attempt.where(frame.attempt > 0).astype("Int64")
    frame["entry_id"] = frame.error.where(frame.error.isin(list(MESSAGES)))
    frame["code"] = frame.entry_id.map(lambda entry: f"C-{entry[:4]}", na_action="ignore")
    frame.loc[frame.error == "unsure", "code"] = "C-name"
    return frame


def records(frame: pandas.DataFrame) -> list[dict[str, Any]]:
    """Return the events as the store keeps them."""
    kept = []
    for row in frame.itertuples():
        event = {
            name: getattr(row, name)
            for name in ("line_no", "source_id", "model", "client", "api_key", "endpoint", "operation_id")
        }
        path = row.endpoint.replace("{id}", f"{row.task}?full=1")
        told = None if row.endpoint.endswith("}") or row.endpoint == "/v1/chat" else row.task
        event |= {"ts": row.ts.isoformat(), "status": int(row.status), "failed": bool(row.failed)}
        event |= {"attempt": None if row.attempt is pandas.NA else int(row.attempt), "path": path}
        event |= {"task_id": told, "duration_ms": row.duration_ms, "api": "model"}
        if row.error in MESSAGES:
            event |= {"entry_id": row.entry_id, "match": "template", "code": row.code}
            event |= {"category": CATEGORY.get(row.error, "rate_limit")}
            event["params"] = {"length": [str(row.length), "3000"], "server": [], "name": []}.get(
                row.error, [row.limit]
            )
        elif row.error == "unsure":
            event |= {"match": "code", "code": row.code, "category": "invalid_request"}
        elif row.error == "foreign":
            event |= {"match": "none", "error_code": "gone"}
        kept.append({name: value for name, value in event.items() if value is not None and value == value})
    return kept


@pytest.fixture(scope="module", params=[1, 2])
def stored(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, fill_store: Callable[..., None]
) -> Iterator[tuple[pandas.DataFrame, duckdb.DuckDBPyConnection]]:
    """Return made-up events, and a store that holds them."""
    frame = made_up(request.param)
    path = tmp_path_factory.mktemp("facts") / "store.duckdb"
    tables = {"event": records(frame), "catalog_entry": ENTRIES}
    with closing(open_writer(path, create=True)) as connection:
        fill_store(connection, {**tables, "source": [{}, {"name": "client.log", "population": "failures"}]})
    with closing(open_reader(path, time_zone="UTC")) as connection:
        yield frame, connection


@pytest.fixture
def known(stored: tuple[pandas.DataFrame, duckdb.DuckDBPyConnection]) -> tuple[pandas.DataFrame, Any]:
    """Return the events, and a function that runs a query over them."""
    frame, connection = stored[0].copy(), stored[1]
    frame["model"] = frame.model.replace("", "(none)")
    frame["key"] = frame.api_key.fillna("(none)")
    frame["identity"] = [
        ("none", None, "gone")
        if error == "foreign"
        else ("code", None, "C-name")
        if error == "unsure"
        else ("entry", error, f"C-{error[:4]}")
        for error in frame.error
    ]

    def ask(name: str, **values: object) -> pandas.DataFrame:
        found = run(connection, QUERIES[name], {"step": "minute", **values}).frame()
        if "level" in found:
            found["identity"] = [
                tuple(part if isinstance(part, str) else None for part in identity)
                for identity in zip(found.level, found.entry_id, found.code, strict=True)
            ]
        return found

    return frame, ask


def totals(frame: pandas.DataFrame, keys: list[str], measures: list[str]) -> dict[Any, tuple[Any, ...]]:
    """Return the measures' sums by the keys, without rows of nothing."""
    sums: dict[Any, list[float]] = {}
    for row in frame[[*keys, *measures]].itertuples(index=False):
        values = [None if value is None or value != value else value for value in row]
        total = sums.setdefault(tuple(values[: len(keys)]), [0] * len(measures))
        for place, value in enumerate(values[len(keys) :]):
            total[place] += value or 0
    return {key: tuple(round(value, 3) for value in total) for key, total in sums.items() if any(total)}


def test_limits(known: tuple[pandas.DataFrame, Any]) -> None:
    """Windows with a refusal, the requests of their model and key in them, and how many were too many."""
    frame, ask = known
    rows = []
    for name, entry, unit in (("QPS", "qps", "s"), ("RPM", "rpm", "min"), ("TPM", "tpm", "min")):
        logged = frame[frame.source_id == 1]
        asked = Counter(zip(logged.ts.dt.floor(unit), logged.model, logged.key, strict=True))
        hits = frame[frame.error == entry]
        for (window, model, key, limit), hit in hits.groupby(
            [hits.ts.dt.floor(unit), "model", "key", "limit"]
        ):
            requests, number = asked[(window, model, key)], int(limit.replace(",", ""))
            over = max(requests - number, 0) if name != "TPM" else 0
            told = [len(hit), 1, int(requests == 0), requests, over, int(over > 0)]
            rows.append([window.floor("min"), model, key, name, number, *told])
    measures = ["failures", "windows", "blind_windows", "requests", "over", "windows_over"]
    keys = ["slice", "model", "api_key", "limit_name", "limit_value"]
    expected = totals(pandas.DataFrame(rows, columns=[*keys, *measures]), keys, measures)
    assert len(expected) > 20
    for worst in (0, 3, 1000):
        found = ask("limits_hit", worst=worst)
        assert totals(found, keys, measures) == expected
        assert len(found[found.moment.notna()]) == min(worst, len(rows))


def test_retries(known: tuple[pandas.DataFrame, Any]) -> None:
    """Each failure with the attempt that followed it in its call."""
    frame, ask = known
    frame["slice"] = frame.ts.dt.floor("min")
    frame["failures"], frame["retries"], frame["helped"] = 0, 0, 0
    frame["shown"] = [
        id_ if failed else (None, None, None)
        for id_, failed in zip(frame.identity, frame.failed, strict=True)
    ]
    order = frame.assign(number=frame.attempt.fillna(0).astype(int))
    for _, call in order[order.operation_id.notna()].groupby(["operation_id", "endpoint"]):
        call = call.sort_values(["number", "ts", "source_id", "line_no"])
        following = [*call.index[1:], None]
        for now, then in zip(call.index, following, strict=True):
            if not frame.failed[now]:
                continue
            frame.loc[now, "failures"] = 1
            if then is None:
                continue
            numbers = order.number[now], order.number[then]
            gap = (frame.ts[then] - frame.ts[now]).total_seconds()
            if (0 in numbers or numbers[1] > numbers[0]) and 0 <= gap <= 100:
                frame.loc[now, "retries"] = 1
                frame.loc[now, "helped"] = int(not frame.failed[then])
    lone = frame.operation_id.isna() & (order.number > 1)
    frame.loc[lone, "failures"] = frame.failed[lone].astype(int)
    frame.loc[lone, "retries"] = 1
    frame.loc[lone, "helped"] = (~frame.failed[lone]).astype(int)
    keys = ["slice", "model", "endpoint", "api_key", "identity", "failures", "retries", "helped"]
    found = ask("retries", within=100)
    frame["api_key"], frame["identity"] = frame.key, frame.shown
    assert totals(found, keys[:5], keys[5:]) == totals(frame, keys[:5], keys[5:])
    assert found.helped.sum() > 5
    told = found[found.level == "entry"]
    assert (told.retry == told.entry_id.map(lambda entry: RETRY.get(entry, "after_wait"))).all()


def test_storms(known: tuple[pandas.DataFrame, Any]) -> None:
    """Spans in which a caller repeats one failure, put together."""
    frame, ask = known
    frame = frame[frame.api_key.notna() | frame.client.notna()].copy()
    frame["caller"] = frame.client.where(frame.api_key.isna(), "")
    frame["span"] = (frame.ts - START) // pandas.Timedelta("1min")
    place = ["model", "endpoint", "key", "caller"]
    sent = Counter(frame[[*place, "span"]].itertuples(index=False, name=None))
    rows = []
    for (*where, identity), failures in frame[frame.failed].groupby([*place, "identity"]):
        counts = Counter(failures.span)
        stormy = sorted(
            span for span, count in counts.items() if count >= 2 and count >= 0.5 * sent[(*where, span)]
        )
        storms = [
            [span for span in stormy if span - stormy.index(span) == island]
            for island in sorted({span - stormy.index(span) for span in stormy})
        ]
        for storm in storms:
            lines = failures[failures.span.isin(storm)]
            rows.append([*where[:3], identity, lines.ts.min().floor("min"), 1, len(lines), len(lines) - 1])
    keys, measures = ["model", "endpoint", "api_key", "identity", "slice"], ["storms", "failures", "repeats"]
    expected = totals(pandas.DataFrame(rows, columns=[*keys, *measures]), keys, measures)
    assert expected
    for largest in (0, 100):
        found = ask("storms", minutes=1, repeats=2, share=0.5, largest=largest)
        assert totals(found, keys, measures) == expected
        assert (found.untold <= found.repeats).all()


def test_tasks(known: tuple[pandas.DataFrame, Any]) -> None:
    """Each task once: its outcome, its reason, and how long it took."""
    frame, ask = known
    frame = frame[frame.endpoint != "/v1/chat"].sort_values("ts")
    rows = []
    for _, lines in frame.groupby("task"):
        told = lines[lines.failed & (lines.status < 400)]
        last, first = lines.iloc[-1], lines.iloc[0]
        outcome = "failed" if len(told) else "lost" if last.failed else "answered"
        reason = told.iloc[0] if len(told) else last
        end = reason.ts if outcome == "failed" else last.ts
        lasted = (end - first.ts).total_seconds()
        step = None if len(lines) == 1 else 0 if lasted < 1 else 2 ** int(math.log2(lasted))
        submitted = not first.failed and not first.endpoint.endswith("}")
        key = next((key for key in lines.api_key if isinstance(key, str)), "(none)")
        identity = (None, None, None) if outcome == "answered" else reason.identity
        counts = [1, int(submitted), len(lines) - submitted, lines.failed.sum(), lasted]
        rows.append([first.ts.floor("min"), first.endpoint, key, outcome, identity, step, *counts])
    measures = ["tasks", "submitted", "polls", "reports", "seconds"]
    keys = ["slice", "endpoint", "api_key", "outcome", "identity", "lasted_from"]
    expected = totals(pandas.DataFrame(rows, columns=[*keys, *measures]), keys, measures)
    assert totals(ask("tasks"), keys, measures) == expected
    assert len({key[3] for key in expected}) == 3


def test_values(known: tuple[pandas.DataFrame, Any]) -> None:
    """The values of each placeholder: the commonest alone, prompt lengths in ranges and as a part."""
    frame, ask = known
    found = ask("values_seen", top=3)
    limits = frame[frame.error.isin(["qps", "rpm", "tpm"])].groupby("error").limit.value_counts()
    for (entry, _), part in found[found.kind == "value"].groupby(["entry_id", "position"]):
        if entry == "length":
            assert set(part.value) == {"3000"}
            continue
        counted = limits[entry].sort_index().sort_values(ascending=False, kind="stable")[:3]
        assert part.groupby("value").failures.sum().to_dict() == counted.to_dict()
        rest = found[(found.entry_id == entry) & (found.kind == "rest")].failures.sum()
        assert rest == limits[entry].sum() - counted.sum()
    lengths = frame[frame.error == "length"].length
    edges = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000]
    names = [f"{low}-{high}" for low, high in pairwise(edges)]
    cut = pandas.cut(lengths, edges, right=False, labels=names).value_counts()
    ranges = found[(found.kind == "range") & (found.entry_id == "length")].groupby("value").failures.sum()
    assert ranges.to_dict() == cut[cut > 0].to_dict()
    parts = found[found.kind == "part"].groupby("value").failures.sum()
    names = ["0-1", "1-1.1", "1.1-1.25", "1.25-1.5", "1.5-2", "2-5"]
    cut = pandas.cut(lengths / 3000, [0, 1, 1.1, 1.25, 1.5, 2, 5], right=False, labels=names).value_counts()
    assert parts.to_dict() == cut[cut > 0].to_dict()


def test_durations(known: tuple[pandas.DataFrame, Any]) -> None:
    """Histograms of failures and successes, and a percentile within the width of a bin."""
    frame, ask = known
    frame["slice"] = frame.ts.dt.floor("min")
    frame["outcome"] = np.where(frame.failed, "failure", "success")
    frame["bin"] = np.where(
        frame.duration_ms < 1, -1, np.floor(2 * np.log2(frame.duration_ms.clip(lower=0.1)))
    )
    frame["attempts"] = 1
    keys = ["slice", "model", "outcome", "bin"]
    found = ask("durations")
    assert totals(found, keys, ["attempts"]) == totals(frame, keys, ["attempts"])
    keys = ["slice", "identity", "bin"]
    failures = frame[frame.failed]
    assert totals(ask("durations_by_error"), keys, ["attempts"]) == totals(failures, keys, ["attempts"])
    counted = found.groupby("bin").attempts.sum().cumsum()
    reached = counted[counted >= 0.95 * len(frame)].index[0]
    exact = frame.duration_ms.quantile(0.95, interpolation="inverted_cdf")
    assert 2 ** (reached / 2) <= exact <= 2 ** ((reached + 1) / 2)


@pytest.mark.parametrize(
    ("name", "measure"),
    [
        ("limits_hit", "failures"),
        ("retries", "retries"),
        ("storms", "storms"),
        ("tasks", "tasks"),
        ("values_seen", "failures"),
        ("durations", "attempts"),
        ("durations_by_error", "attempts"),
    ],
)
def test_long_slices_are_those_of_a_shifted_clock(
    known: tuple[pandas.DataFrame, Any], name: str, measure: str
) -> None:
    """Slices of three hours, whose clock strikes two minutes after the start, hold what the minutes hold."""
    more = {"minutes": 1, "repeats": 2} if name == "storms" else {}
    fine, long = known[1](name, **more), known[1](name, step="3hours", shift=3 * 3600 - 120, **more)
    edge = START + pandas.Timedelta("2min")
    fine["slice"] = fine.slice.map(lambda start: edge if start >= edge else edge - pandas.Timedelta("3h"))
    found = long.groupby("slice")[measure].sum().to_dict()
    assert found == fine.groupby("slice")[measure].sum().to_dict()
    assert len(found) == 2


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai", "Asia/Kathmandu", "America/New_York"])
def test_hours_of_the_week(zone: str, make_store: Make) -> None:
    """Weekday and hour are pandas' in the zone, also where clocks change."""
    chance = np.random.default_rng(4)
    start = pandas.Timestamp("2026-03-05T00:00:00Z")
    moments = pandas.Series(start + pandas.to_timedelta(chance.integers(0, 8 * 86_400, 400), unit="s"))
    events = [{"ts": moment.isoformat(), "status": 500, "failed": True} for moment in moments]
    connection = make_store({"event": events}, zone)
    found = run(connection, QUERIES["hours_of_week"], {"step": "15minutes"}).frame()
    local = moments.dt.tz_convert(zone)
    expected = Counter(zip(local.dt.day_of_week + 1, local.dt.hour, strict=True))
    assert found.set_index(["weekday", "hour"]).failures.to_dict() == dict(expected)
