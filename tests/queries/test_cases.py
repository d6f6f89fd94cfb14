"""Each named query gives, byte for byte, what its cases expect.

A case is a folder `<query>/<case>` with

    events.jsonl    events, one JSON object a line: the columns that matter, the rest as in conftest.py
    params.toml     `says` (what must hold, in a sentence), the `parameters`, and the `time_zone` [UTC]
    expect.csv      the whole answer
    sources.jsonl, entries.jsonl, rejects.jsonl, samples.jsonl    where they matter
"""

from __future__ import annotations

import io
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.query.library import load_queries
from analyzer.query.records import write_csv
from analyzer.query.run import check, run

FOLDER = Path(__file__).parent
QUERIES = load_queries()
CASES = sorted(path.parent for path in FOLDER.glob("*/*/params.toml"))
FILES = {
    "sources.jsonl": "source",
    "events.jsonl": "event",
    "rejects.jsonl": "reject",
    "samples.jsonl": "sample",
    "entries.jsonl": "catalog_entry",
}


def read_tables(case: Path) -> dict[str, list[dict[str, Any]]]:
    """Return table -> records of a case's files."""
    return {
        table: [json.loads(line) for line in (case / file).read_text(encoding="utf-8").splitlines()]
        for file, table in FILES.items()
        if (case / file).exists()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.name}")
def test_case(case: Path, make_store: Callable[..., duckdb.DuckDBPyConnection]) -> None:
    """The query's answer to the case's events is the expected one."""
    settings = tomllib.loads((case / "params.toml").read_text(encoding="utf-8"))
    assert settings["says"].endswith(".")
    connection = make_store(read_tables(case), settings.get("time_zone", "UTC"))
    answer = io.BytesIO()
    write_csv(run(connection, QUERIES[case.parent.name], settings.get("parameters", {})), answer, None)
    assert answer.getvalue().decode() == (case / "expect.csv").read_bytes().decode()


@pytest.mark.parametrize("name", QUERIES)
def test_each_query_has_a_case_and_its_papers_are_right(
    name: str, make_store: Callable[..., duckdb.DuckDBPyConnection]
) -> None:
    """A query without a case fails, and so does one whose head does not tell what its SQL takes and gives."""
    assert [case for case in CASES if case.parent.name == name]
    check(make_store({}), QUERIES[name])


def test_each_case_is_one_of_a_query() -> None:
    """No case is left over from a query that is gone."""
    assert {case.parent.name for case in CASES} <= set(QUERIES)
