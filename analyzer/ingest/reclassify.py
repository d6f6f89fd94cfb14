"""Classifying the whole history again, after a catalogue changed: one transaction, all or nothing."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import TYPE_CHECKING

from analyzer.classification.entry import Catalog
from analyzer.ingest.batch import SAMPLES_PER_DAY
from analyzer.ingest.catalogs import save_catalogs
from analyzer.ingest.classify import Rule
from analyzer.resources import statement
from analyzer.store.duplicates import settle
from analyzer.store.runs import record_run
from analyzer.store.transaction import transaction

if TYPE_CHECKING:
    import duckdb


@dataclass(frozen=True)
class Reclassification:
    """What a reclassification did: how many failures it looked at, how many changed, and how long it took."""

    failures: int
    changed: int
    seconds: float


def reclassify(connection: duckdb.DuckDBPyConnection, catalogs: Sequence[Catalog]) -> Reclassification:
    """Give every stored failure the classification that ingestion with `catalogs` would give it."""
    started = time.monotonic()
    connection.execute(statement("ingest", "macros.sql"))
    with transaction(connection):
        save_catalogs(connection, catalogs)
        failures, changed = _classify_stored(connection, Rule(connection, catalogs))
        settle(connection)
        result = Reclassification(failures, changed, time.monotonic() - started)
        record_run(connection, "reclassify", {"failures": failures, "seconds": result.seconds})
    return result


def _classify_stored(connection: duckdb.DuckDBPyConnection, rule: Rule) -> tuple[int, int]:
    """Classify each distinct pair of code and text once, and write what differs."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE failure AS "  # noqa: S608
        f"SELECT *, {rule.number()} AS rule FROM ("
        "SELECT DISTINCT error_code, error_message FROM stored.event WHERE failed)"
    )
    rule.classify()
    failures = connection.execute("SELECT count(*) FROM stored.event WHERE failed").fetchone()
    changed = connection.execute(statement("ingest", "reclassify.sql")).fetchone()
    connection.execute(
        Template(statement("ingest", "reclassify_samples.sql")).substitute(per_day=SAMPLES_PER_DAY)
    )
    return int((failures or [0])[0]), int((changed or [0])[0])
