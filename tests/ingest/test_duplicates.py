"""The same request logged by two hops: one event stands for both, whatever the order of ingestion."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import closing
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.ingest.reclassify import reclassify
from analyzer.ingest.run import Knowledge, Options, Run
from analyzer.store.forget import forget
from analyzer.store.open import open_reader, open_writer

CHAT = {"method": "POST", "path": "/v1/chat/completions"}
LIMITED = {
    "code": "ModelArts.81101",
    "message": "Too many requests, the rate limit is 3 times per minute.",
}
UNKNOWN = {"code": "GW-1", "message": "the gateway is tired"}


def line(second: float, request_id: str | None = "r1", status: int = 200, **more: Any) -> dict[str, Any]:
    """Return a request that was logged at a second of a minute."""
    named = {} if request_id is None else {"request_id": request_id}
    return {"ts": f"2026-11-20T08:00:{second:06.3f}Z", **CHAT, "status": status, **named, **more}


@pytest.fixture
def told(laboratory: Any, write: Callable[..., Path]) -> Callable[..., list[tuple[Any, ...]]]:
    """Return a function: logs by name, with options by name -> (duplicate, duplicate_of) in order."""

    def ingest(
        logs: dict[str, Sequence[dict[str, Any]]], options: dict[str, dict[str, Any]] | None = None
    ) -> list[tuple[Any, ...]]:
        for name, lines in logs.items():
            given = (options or {}).get(name, {})
            laboratory.ingest(write(lines, name), dedupe="request_id", **given)
        return places(laboratory.connection)

    return ingest


def places(connection: Any) -> list[tuple[Any, ...]]:
    """Return (duplicate, duplicate_of) by their files' names, in order."""
    rows = connection.execute(
        "SELECT name || ':' || line_no, duplicate_of "
        "FROM duplicates JOIN sources USING (source_id) ORDER BY ALL"
    ).fetchall()
    return [tuple(place.rsplit("/", 1)[-1] for place in row) for row in rows]


def events(connection: Any) -> list[tuple[Any, ...]]:
    """Return what the view events shows, without the sources' numbers."""
    rows = connection.execute(
        "SELECT name, e.* EXCLUDE (source_id) REPLACE (epoch_us(ts) AS ts) "
        "FROM events AS e JOIN sources USING (source_id)"
    ).fetchall()
    return sorted(tuple(map(repr, row)) for row in rows)


def test_the_one_with_an_entry_wins(told: Callable[..., Any], laboratory: Any) -> None:
    """A failure that the catalogue knows stands for one that it does not, though that came first."""
    logs = {
        "a.log": [line(1, status=429, error=UNKNOWN)],
        "b.log": [line(2, status=429, error=LIMITED)],
    }
    assert told(logs) == [("a.log:1", "b.log:1")]
    assert laboratory.rows("SELECT code FROM events") == [("ModelArts.81101",)]
    assert laboratory.rows("SELECT events, duplicates FROM sources ORDER BY name") == [(1, 1), (1, 0)]


def test_then_the_log_of_all_requests(told: Callable[..., Any]) -> None:
    """Of two without an entry the one from a log of all requests wins, though it came later."""
    logs = {"a.log": [line(1, status=500)], "b.log": [line(2, status=500)]}
    assert told(logs, {"a.log": {"population": "failures"}}) == [("a.log:1", "b.log:1")]


def test_then_the_earlier(told: Callable[..., Any]) -> None:
    """Else the earlier wins; at the same moment the source whose name comes first."""
    logs = {
        "b.log": [line(1), line(5, "r2")],
        "a.log": [line(2), line(5, "r2")],
    }
    assert told(logs) == [("a.log:1", "b.log:1"), ("b.log:2", "a.log:2")]


def test_attempts_of_one_source_are_no_duplicates(told: Callable[..., Any]) -> None:
    """A source that logs an id twice has two attempts; the other source's first belongs to its first."""
    logs = {
        "gateway.log": [line(1, status=429, error=LIMITED), line(3)],
        "app.log": [line(1.5, status=429, error=LIMITED)],
        "alone.log": [line(1, "r9"), line(2, "r9")],
    }
    assert told(logs) == [("app.log:1", "gateway.log:1")]


def test_requests_without_an_id_are_no_duplicates(told: Callable[..., Any]) -> None:
    """Nothing is known of a missing id, and `-` is none."""
    assert told({"a.log": [line(1, None), line(2, "-")], "b.log": [line(1, None), line(2, "-")]}) == []


def test_without_being_told_nothing_is_set_aside(laboratory: Any, write: Callable[..., Path]) -> None:
    """Without the option both events stay; once told, the store goes on; `none` ends it."""
    laboratory.ingest(write([line(1)], "a.log"), write([line(2)], "b.log"))
    assert places(laboratory.connection) == []
    totals = laboratory.ingest(write([line(3, "r2")], "c.log"), dedupe="request_id")
    assert totals.as_json()["duplicates"] == 1
    laboratory.ingest(write([line(4)], "d.log"))
    assert places(laboratory.connection) == [("b.log:1", "a.log:1"), ("d.log:1", "a.log:1")]
    assert laboratory.ingest(write([line(5)], "e.log"), dedupe="none").as_json()["duplicates"] == -2
    assert laboratory.rows("SELECT count(*) FROM events") == [(5,)]
    assert "duplicates" not in laboratory.ingest(write([line(6)], "f.log")).as_json()


def test_a_better_one_turns_the_winner_into_the_loser(told: Callable[..., Any], laboratory: Any) -> None:
    """What was an event becomes a duplicate when a better one arrives, also in a log that grows."""
    assert told({"a.log": [line(5)]}) == []
    assert told({"b.log": [line(6)]}) == [("b.log:1", "a.log:1")]
    assert told({"c.log": [line(4)]}) == [("a.log:1", "c.log:1"), ("b.log:1", "c.log:1")]
    assert told({"b.log": [line(6), line(1, "r2")], "a.log": [line(5), line(2, "r2")]}) == [
        ("a.log:1", "c.log:1"),
        ("a.log:2", "b.log:2"),
        ("b.log:1", "c.log:1"),
    ]
    assert laboratory.rows("SELECT sum(events) - sum(duplicates) FROM sources") == laboratory.rows(
        "SELECT count(*) FROM events"
    )


def test_a_last_line_that_goes_on(laboratory: Any, tmp_path: Path, write: Callable[..., Path]) -> None:
    """A provisional line that is read again with another id is settled again."""
    write([line(1, "r1"), line(2, "r1x")], "a.log")
    path = tmp_path / "b.log"
    text = json.dumps(line(3, "r1"))
    path.write_text(text)
    laboratory.ingest(tmp_path / "a.log", path, dedupe="request_id")
    assert places(laboratory.connection) == [("b.log:1", "a.log:1")]
    path.write_text(text + " garbage\n")
    laboratory.ingest(path)
    assert places(laboratory.connection) == []
    assert laboratory.rows("SELECT count(*) FROM events") == [(2,)]


def test_forgetting_the_winner_brings_the_loser_back(told: Callable[..., Any], laboratory: Any) -> None:
    """Without the winner's source the loser is an event again, and the view is the plain one."""
    told({"a.log": [line(1)], "b.log": [line(2), line(3, "r2")]})
    name = laboratory.rows("SELECT name FROM sources WHERE ends_with(name, 'a.log')")[0][0]
    gone = forget(laboratory.connection, [name])
    assert (gone.events, gone.restored) == (1, 1)
    assert laboratory.rows("SELECT line_no FROM events ORDER BY ALL") == [(1,), (2,)]
    assert not laboratory.rows(
        "SELECT 1 FROM duckdb_views() WHERE view_name = 'events' AND sql LIKE '%duplicate%'"
    )


def test_reclassification_settles_again(
    told: Callable[..., Any], laboratory: Any, knowledge: Knowledge
) -> None:
    """An event that loses its entry loses to an earlier one; losers are classified again too."""
    told(
        {
            "a.log": [line(1, status=429, error=UNKNOWN)],
            "b.log": [line(2, status=429, error=LIMITED)],
        }
    )
    reclassify(laboratory.connection, [])
    assert places(laboratory.connection) == [("b.log:1", "a.log:1")]
    assert laboratory.rows("SELECT entry_id FROM stored.event") == [(None,), (None,)]
    reclassify(laboratory.connection, knowledge.catalogs)
    assert places(laboratory.connection) == [("a.log:1", "b.log:1")]


LINES = st.builds(
    line,
    st.integers(0, 3),
    st.sampled_from(["r1", "r2", "r3", None]),
    st.sampled_from([200, 429]),
)


def with_error(one: dict[str, Any], known: bool) -> dict[str, Any]:
    """Give a failure an error that the catalogue knows, or one that it does not."""
    return one if one["status"] == 200 else {**one, "error": LIMITED if known else UNKNOWN}


LOGS = st.lists(
    st.lists(st.builds(with_error, LINES, st.booleans()), min_size=1, max_size=4), min_size=2, max_size=3
)


CHECKS = list(HealthCheck)


@settings(max_examples=2, deadline=None, suppress_health_check=CHECKS)
@given(logs=LOGS, cut=st.integers(1, 3))
def test_any_order_gives_the_same_events(
    logs: list[list[dict[str, Any]]], cut: int, knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Whatever comes first, and whether the logs grow meanwhile: the same events and duplicates."""
    assert_any_order(logs, cut, knowledge, tmp_path_factory.mktemp("orders"))


@pytest.mark.proof
@settings(max_examples=60, deadline=None, suppress_health_check=CHECKS)
@given(logs=LOGS, cut=st.integers(1, 3))
def test_any_order_of_many(
    logs: list[list[dict[str, Any]]], cut: int, knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The same for many logs."""
    assert_any_order(logs, cut, knowledge, tmp_path_factory.mktemp("orders"))


def assert_any_order(logs: list[list[dict[str, Any]]], cut: int, knowledge: Knowledge, folder: Path) -> None:
    """Ingest logs in every order, in every second one first the beginnings of all, and compare."""
    paths = [folder / f"{number}.log" for number in range(len(logs))]
    whole = ["".join(json.dumps(one) + "\n" for one in log) for log in logs]
    found = set()
    for number, order in enumerate(permutations(range(len(logs)))):
        with closing(open_writer(folder / f"{number}.duckdb", create=True)) as connection:
            connection.execute("PRAGMA disable_optimizer")
            run = Run(
                connection, knowledge, Options(dedupe="request_id", population="requests", format="ndjson")
            )
            for path, log in zip(paths, logs, strict=True):
                path.write_text("".join(json.dumps(one) + "\n" for one in log[:cut]))
            if number % 2:
                for place in order:
                    run.ingest([str(paths[place])])
            for path, text in zip(paths, whole, strict=True):
                path.write_text(text)
            for place in order:
                run.ingest([str(paths[place])])
            found.add(repr((events(connection), places(connection))))
    assert len(found) == 1


def test_the_store_reads_alike_when_opened_again(
    tmp_path: Path, knowledge: Knowledge, write: Callable[..., Path]
) -> None:
    """The view that leaves duplicates out is part of the store."""
    path = tmp_path / "store.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        Run(connection, knowledge, Options(dedupe="request_id")).ingest(
            [str(write([line(1)], "a.log")), str(write([line(2)], "b.log"))]
        )
    with closing(open_reader(path)) as connection:
        assert connection.execute("SELECT count(*) FROM events").fetchone() == (1,)
