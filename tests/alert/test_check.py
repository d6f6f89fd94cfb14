"""`check` on a real store: once, twice, late, and killed between any two statements."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.alert.check import Report, check
from analyzer.alert.rule import Rules
from analyzer.config import Configuration
from analyzer.store.open import open_writer

NOON = datetime(2026, 5, 8, 12, 0, tzinfo=UTC)
CONFIGURATION = Configuration(time_zone="Asia/Shanghai")
RULES = """
[[rule]]
name = "provider"
kind = "rate"
owner = "provider"
minimum = 5
warning = 0.05
alert = 0.5

[[rule]]
name = "all"
kind = "count"
window = "30m"
warning = 20

[[rule]]
name = "new"
kind = "new_entry"
minimum = 2
"""

SOURCE = """
INSERT INTO stored.source BY NAME
SELECT
    1 AS source_id, 'gateway.log' AS name, 1 AS generation, 'ndjson' AS format, 'requests' AS population,
    'UTC' AS time_zone, 0 AS head_length, '' AS head_hash, '' AS tail_hash, 0 AS size, 0 AS resume_offset,
    0 AS resume_line, 0 AS lines, 0 AS events, 0 AS failures, 0 AS rejects, 0 AS blank, 0 AS continuation,
    now() AS first_seen_at, now() AS last_read_at
"""
FILL = """
INSERT INTO stored.success BY NAME
SELECT
    1 AS source_id, row_number() OVER () AS line_no, 0 AS byte_offset, ts::TIMESTAMPTZ AS ts, 200 AS status
FROM range($since::TIMESTAMPTZ, $until::TIMESTAMPTZ, INTERVAL 10 SECONDS) AS t (ts)
"""
FAIL = """
INSERT INTO stored.event BY NAME
SELECT
    1 AS source_id, 100000 + row_number() OVER () AS line_no, 0 AS byte_offset, ts::TIMESTAMPTZ AS ts,
    500 AS status, TRUE AS failed, 'template' AS match, $entry AS entry_id, 'ModelArts.81102' AS code,
    'server_error' AS category, 'open_ticket' AS action, 'provider' AS owner, 'glm|4' AS model,
    'req-' || row_number() OVER () AS request_id
FROM range($since::TIMESTAMPTZ, $until::TIMESTAMPTZ, INTERVAL 5 SECONDS) AS t (ts)
"""
TABLES = ("alert_rule", "alert_incident", "alert_signal", "alert_message")


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A store of eight days up to NOON, whose last 20 minutes fail more than they succeed."""
    path = tmp_path / "a.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        connection.execute(SOURCE)
        connection.execute(FILL, {"since": NOON - timedelta(days=8), "until": NOON})
        for start, minutes, entry in (
            (5 * 24 * 60, 1, "maas.81102"),
            (20, 20, "maas.81102"),
            (2, 2, "maas.new"),
        ):
            since = NOON - timedelta(minutes=start)
            until = since + timedelta(minutes=minutes)
            connection.execute(FAIL, {"since": since, "until": until, "entry": entry})
    return path


@pytest.fixture
def rules(make_rules: Callable[[str], Rules]) -> Rules:
    return make_rules(RULES)


def tables(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(open_writer(path)) as connection:
        return {
            name: sorted(connection.execute(f"SELECT to_json(t)::VARCHAR FROM stored.{name} AS t").fetchall())
            for name in TABLES
        }


def judge(store: Path, rules: Rules, minutes: float = 0) -> Report:
    return check(store, CONFIGURATION, NOON + timedelta(minutes=minutes), rules=rules)


def test_an_incident_is_one_message_with_all_that_it_touches(store: Path, rules: Rules) -> None:
    report = judge(store, rules)
    assert report.is_new
    assert report.is_open_at("alert")
    (message,) = report.messages
    assert message["kind"] == "opened"
    assert message["level"] == "alert"
    assert message["owner"] == "provider"
    assert [(one["rule"], one["level"]) for one in message["signals"]] == [
        ("provider", "alert"), ("all", "warning"), ("new", "warning"),
    ]  # fmt: skip
    assert [error["entry_id"] for error in message["errors"]] == ["maas.81102", "maas.new"]
    assert message["evidence"][0]["source"] == "gateway.log"
    assert message["evidence"][0]["ts"].endswith("+08:00")
    assert message["at"] == "2026-05-08T20:00:00+08:00"


def test_the_same_moment_and_earlier_ones_change_nothing(store: Path, rules: Rules) -> None:
    first = judge(store, rules)
    before = tables(store)
    for minutes in (0, 0.5, -1, -1000):
        again = judge(store, rules, minutes)
        assert not again.is_new
        assert again.messages == []
        assert again.open == first.open
        assert tables(store) == before


def judged(store: Path, rules: Rules, moments: list[int]) -> list[dict[str, Any]]:
    with closing(open_writer(store)) as connection:
        connection.execute(FILL, {"since": NOON, "until": NOON + timedelta(hours=8)})
        reports = [
            check(connection, CONFIGURATION, NOON + timedelta(minutes=minutes), rules=rules)
            for minutes in moments
        ]
    return [message for report in reports for message in report.messages]


def test_it_is_told_once_and_closes_once(store: Path, rules: Rules) -> None:
    messages = judged(store, rules, [0, 7, 30, 120, 240, 300, 420, 450, 480])
    assert [message["kind"] for message in messages] == ["opened", "closed"]
    assert not judge(store, rules, 480).open


def test_a_message_that_closes_says_from_when_to_when(
    store: Path, make_rules: Callable[[str], Rules]
) -> None:
    rules = make_rules(RULES.partition('[[rule]]\nname = "all"')[0])
    messages = judged(store, rules, [0, 9, 10, 20, 24, 25, 30])
    assert [message["kind"] for message in messages] == ["opened", "closed"]
    assert messages[1]["at"] == "2026-05-08T20:25:00+08:00"
    assert messages[1]["ended_at"] == "2026-05-08T20:10:00+08:00"
    assert messages[1]["evidence"] == []


def test_without_data_nothing_closes(store: Path, rules: Rules) -> None:
    judge(store, rules)
    report = judge(store, rules, 60)
    assert [finding.unknown for finding in report.findings if finding.rule == "provider"] == ["no_data"]
    assert report.is_open_at("alert")


def test_a_changed_rule_is_judged_again_at_the_same_moment(
    store: Path, rules: Rules, make_rules: Callable[[str], Rules]
) -> None:
    assert judge(store, rules).is_open_at("alert")
    milder = make_rules(RULES.replace("alert = 0.5", "alert = 0.99"))
    report = judge(store, milder)
    assert report.is_new
    assert not report.is_open_at("alert")
    assert report.is_open_at("warning")


class Killed(BaseException):
    """Ends an evaluation at some statement."""


class Fragile:
    """A connection that ends at its n-th statement, as a killed process would."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, left: int) -> None:
        self._connection, self.left = connection, left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    def execute(self, *arguments: Any) -> Any:
        self.left -= 1
        if self.left < 0 and arguments[0] != "ROLLBACK":
            raise Killed
        return self._connection.execute(*arguments)


def statements(store: Path, rules: Rules) -> Iterator[int]:
    with closing(open_writer(store)) as connection:
        counted = Fragile(connection, 10_000)
        check(counted, CONFIGURATION, NOON, rules=rules)  # type: ignore[arg-type]
        yield from range(0, 10_000 - counted.left)


def test_ended_at_any_statement_it_loses_nothing_and_says_nothing_twice(
    store: Path, rules: Rules, tmp_path: Path
) -> None:
    untouched = store.read_bytes()
    places = list(statements(store, rules))
    whole = tables(store)
    assert len(places) > 20
    for place in places[:: len(places) // 5]:
        copy = tmp_path / "copy.duckdb"
        copy.write_bytes(untouched)
        with closing(open_writer(copy)) as connection, pytest.raises(Killed):
            check(Fragile(connection, place), CONFIGURATION, NOON, rules=rules)  # type: ignore[arg-type]
        report = judge(copy, rules)
        assert report.is_new
        assert len(report.messages) == 1
        assert tables(copy) == whole


def test_an_empty_store_is_quiet(tmp_path: Path, rules: Rules) -> None:
    path = tmp_path / "empty.duckdb"
    open_writer(path, create=True).close()
    report = check(path, CONFIGURATION, NOON, rules=rules)
    assert not report.open
    assert report.data_until is None


def test_what_came_and_went_between_two_calls_is_not_lost(
    store: Path, make_rules: Callable[[str], Rules]
) -> None:
    """An hourly call looks at some moments in between, and tells at least the end of an alert."""
    rules = make_rules(RULES.partition('[[rule]]\nname = "all"')[0])
    with closing(open_writer(store)) as connection:
        connection.execute(FILL, {"since": NOON, "until": NOON + timedelta(hours=8)})
        for minutes in (-60, 60):
            moment = NOON + timedelta(minutes=minutes)
            report = check(connection, CONFIGURATION, moment, rules=rules)
    (message,) = report.messages
    assert (message["kind"], message["level"]) == ("closed", "alert")
    assert message["started_at"] < "2026-05-08T20:00:00+08:00" < message["ended_at"]
    assert not report.open


def test_an_incident_is_over_when_it_was_seen_to_be_before_the_data_ended(store: Path, rules: Rules) -> None:
    judge(store, rules)
    with closing(open_writer(store)) as connection:
        connection.execute(FILL, {"since": NOON, "until": NOON + timedelta(hours=8)})
    report = judge(store, rules, 20 * 60)
    assert {finding.unknown for finding in report.findings if finding.rule == "provider"} == {"no_data"}
    assert not report.open
