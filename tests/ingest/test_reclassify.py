"""A changed catalogue: it is said, and the whole history follows in one transaction, all or nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from analyzer.classification.entry import Catalog
from analyzer.ingest.catalogs import changed_catalogs
from analyzer.ingest.reclassify import reclassify
from analyzer.ingest.run import Knowledge, Run
from analyzer.store.open import open_reader, open_writer


def altered(catalog: Catalog) -> Catalog:
    """Return a catalogue of which a third is gone, a third says something else, and the rest is as it was."""
    entries = []
    for place, entry in enumerate(catalog.entries):
        if place % 3 == 0:
            continue
        entries.append(replace(entry, category="quota", api="general") if place % 3 == 1 else entry)
    return replace(catalog, entries=tuple(entries), hash="altered")


def events(connection: Any) -> list[tuple[Any, ...]]:
    """Return every failure as stored."""
    return list(
        connection.execute(
            "SELECT * REPLACE (epoch_us(ts) AS ts) FROM stored.event ORDER BY source_id, line_no"
        ).fetchall()
    )


@pytest.fixture
def logs(simulated: Callable[..., Path]) -> list[str]:
    """A log of each format with failures of every entry."""
    return [str(simulated(format, 600)) for format in ("ndjson", "combined", "python-client")]


def test_the_history_is_as_if_ingested_anew(
    laboratory: Any, knowledge: Knowledge, logs: list[str], tmp_path: Path
) -> None:
    """After reclassification every row is the one that ingestion with the new catalogue gives."""
    laboratory.ingest(*logs)
    before = events(laboratory.connection)
    catalogs = tuple(altered(catalog) for catalog in knowledge.catalogs)
    assert changed_catalogs(laboratory.connection, knowledge.catalogs) == []
    assert changed_catalogs(laboratory.connection, catalogs) == ["huawei-maas"]
    done = reclassify(laboratory.connection, catalogs)
    assert (done.failures, done.changed > 0) == (len(before), True)
    assert changed_catalogs(laboratory.connection, catalogs) == []
    with closing(open_writer(tmp_path / "anew.duckdb", create=True)) as anew:
        Run(anew, replace(knowledge, catalogs=catalogs)).ingest(logs)
        expected = events(anew)
    found = events(laboratory.connection)
    assert [row for row in found if row not in expected][:2] == []
    assert found == expected
    assert reclassify(laboratory.connection, catalogs).changed == 0
    reclassify(laboratory.connection, knowledge.catalogs)
    assert events(laboratory.connection) == before, "and back again"


def test_samples_keep_their_share(laboratory: Any, knowledge: Knowledge, logs: list[str]) -> None:
    """Where entries fall together, at most five sample lines a day stay of what they are now."""
    laboratory.ingest(*logs)
    reclassify(
        laboratory.connection, [replace(catalog, entries=(), hash="none") for catalog in knowledge.catalogs]
    )
    most = laboratory.rows(
        "SELECT max(n) FROM"
        " (SELECT count(*) AS n FROM stored.sample GROUP BY sample_of, epoch_us(ts) // 86400000000)"
    )
    assert most == [(5,)]


def test_new_events_meet_the_new_catalogue_and_the_change_is_told_until_the_history_follows(
    laboratory: Any, knowledge: Knowledge, logs: list[str]
) -> None:
    """Ingesting with a changed catalogue leaves the history, and what is said, as they were."""
    laboratory.ingest(logs[0])
    laboratory.knowledge = replace(
        knowledge, catalogs=tuple(altered(catalog) for catalog in knowledge.catalogs)
    )
    before = [row for row in events(laboratory.connection) if row[0] == 1]
    laboratory.ingest(logs[1])
    assert [row for row in events(laboratory.connection) if row[0] == 1] == before
    assert changed_catalogs(laboratory.connection, laboratory.knowledge.catalogs) == ["huawei-maas"]


SCRIPT = """
import sys
from dataclasses import replace
from pathlib import Path
from analyzer.classification.load import load_catalogs
from analyzer.ingest.reclassify import reclassify
from analyzer.store.open import open_writer
catalogs = [replace(catalog, entries=catalog.entries[::2], hash="half") for catalog in load_catalogs()]
connection = open_writer(Path(sys.argv[1]))
print("ready", flush=True)
reclassify(connection, catalogs)
print("done", flush=True)
connection.close()
"""


def killed_reclassification(database: Path, seconds: float) -> None:
    """Start a reclassification in a process of its own and kill it after so long."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT, str(database)], stdout=subprocess.PIPE, env=environment
    ) as process:
        assert process.stdout
        process.stdout.readline()
        time.sleep(seconds)
        process.send_signal(signal.SIGKILL)


@pytest.mark.parametrize("kills", [3, pytest.param(40, marks=pytest.mark.proof)])
def test_a_killed_reclassification_leaves_the_old_state_or_the_new(
    tmp_path: Path, knowledge: Knowledge, logs: list[str], kills: int
) -> None:
    """Killed at any moment, all failures are as before or all as after, and so are the catalogue's rows."""
    path = tmp_path / "store.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        Run(connection, knowledge).ingest(logs)
        old = events(connection)
        half = [replace(catalog, entries=catalog.entries[::2], hash="half") for catalog in knowledge.catalogs]
        reclassify(connection, half)
        new = events(connection)
        reclassify(connection, knowledge.catalogs)
        hashes = {catalog.hash for catalog in knowledge.catalogs}
    chance = random.Random(kills)
    for _ in range(kills):
        killed_reclassification(path, chance.uniform(0, 0.4))
        with closing(open_reader(path)) as connection:
            found = events(connection)
            stored = {row[0] for row in connection.execute("SELECT hash FROM catalogs").fetchall()}
        assert found == (new if stored == {"half"} else old)
        assert stored in ({"half"}, hashes)
        if stored == {"half"}:
            with closing(open_writer(path)) as connection:
                reclassify(connection, knowledge.catalogs)
