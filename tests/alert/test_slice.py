"""A slice from end to end: simulated traffic written into a real store is judged there as it is in memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import duckdb
import pyarrow as pa
import pytest

from analyzer.alert.clock import DAY, Clock, moment_of
from analyzer.alert.finding import Finding
from analyzer.alert.judge import judge
from analyzer.alert.load import examples, load_rules
from analyzer.alert.memory import MemoryFacts
from analyzer.alert.past import past_facts
from analyzer.alert.replay import replay
from analyzer.alert.stored import StoredFacts
from analyzer.store.open import open_writer
from tests.alert.test_check import SOURCE
from tests.benchmarks.traffic import ZONE, Traffic

RULES = load_rules([path for name, path in examples().items() if name in ("seasons", "slo")])
SUCCESSES = """
INSERT INTO stored.success BY NAME
SELECT
    1 AS source_id, row_number() OVER () AS line_no, 0 AS byte_offset, 200 AS status,
    make_timestamptz(minute * 60000000 + unnest(range(number)) * 1000) AS ts
FROM counts
"""
FAILURES = """
INSERT INTO stored.event BY NAME
SELECT
    1 AS source_id, 1000000 + row_number() OVER () AS line_no, 0 AS byte_offset, 500 AS status,
    TRUE AS failed, 'template' AS match, entry AS entry_id, owner, category, entry AS code,
    make_timestamptz(minute * 60000000 + unnest(range(number)) * 1000) AS ts
FROM counts
"""


@pytest.fixture(scope="module")
def traffic() -> Traffic:
    return Traffic(5, days=22, incidents=("outage", "burst"), rate=4.0, quiet=17)


@pytest.fixture(scope="module")
def store(traffic: Traffic, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    minutes = range(traffic.first, traffic.last)
    failed = sum(traffic.failures.values())
    with closing(open_writer(tmp_path_factory.mktemp("slice") / "a.duckdb", create=True)) as connection:
        connection.execute(SOURCE)
        connection.register(
            "counts", pa.table({"minute": list(minutes), "number": traffic.requests - failed})
        )
        connection.execute(SUCCESSES)
        for entry, numbers in traffic.failures.items():
            owner, category = traffic.owners[entry]
            places = numbers.nonzero()[0]
            columns = {"minute": traffic.first + places, "number": numbers[places]}
            named = {"entry": entry, "owner": owner, "category": category}
            texts = {name: [value] * len(places) for name, value in named.items()}
            connection.register("counts", pa.table({**columns, **texts}))
            connection.execute(FAILURES)
        yield connection


def told(findings: list[Finding]) -> list[object]:
    return [(one.rule, one.subject, _rounded(one), one.since, one.unknown) for one in findings]


def _rounded(finding: Finding) -> dict[str, float] | None:
    return finding.pressure and {level: round(value, 9) for level, value in finding.pressure.items()}


def moments(traffic: Traffic) -> list[int]:
    quiet = traffic.first + traffic.quiet * DAY
    return [quiet + 7, quiet + 1000, *(planted.start + 15 for planted in traffic.planted), traffic.last]


def test_a_store_is_judged_as_the_traffic_in_it(traffic: Traffic, store: duckdb.DuckDBPyConnection) -> None:
    """The very windows that `analyzer alerts check` reads, and no more."""
    reached = 0
    for at in moments(traffic):
        facts = StoredFacts(store, Clock(ZONE), at)
        findings = judge(RULES.rules, facts, at)
        assert told(judge(RULES.rules, traffic.facts, at)) == told(findings), moment_of(at)
        reached += sum(finding.reached() is not None for finding in findings)
    assert reached >= 1


def test_a_replay_of_the_store_is_one_of_the_traffic(
    traffic: Traffic, store: duckdb.DuckDBPyConnection
) -> None:
    past = past_facts(store, Clock(ZONE), traffic.first, traffic.last)
    start = traffic.first + traffic.quiet * DAY

    def incidents(facts: MemoryFacts) -> list[tuple[int, str, str, int | None]]:
        done = replay(RULES, facts, start, traffic.last, 20)
        return [(one.opened_at, one.cause, one.worst_level, one.ended_at) for one in done.incidents]

    found = incidents(past)
    assert found == incidents(traffic.facts)
    assert found
