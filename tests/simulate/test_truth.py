"""What the tool finds in the sample logs is what their generator meant."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from analyzer.api import Store

SAMPLES = Path(__file__).resolve().parents[2] / "sample_logs"
TRUTH: dict[str, Any] = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
FILES = tuple(TRUTH["files"])
CUTS = {
    "by_match": "match",
    "by_code": "coalesce(code, error_code, '(none)')",
    "by_category": "coalesce(category, 'uncatalogued')",
    "by_owner": "owner",
    "by_model": "coalesce(model, '(none)')",
    "by_status": "coalesce(status::VARCHAR, '(none)')",
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store.open(tmp_path_factory.mktemp("store") / "truth.duckdb", create=True) as opened:
        opened.ingest([str(SAMPLES / name) for name in FILES])
        yield opened


def _rows(store: Store, sql: str) -> list[dict[str, Any]]:
    return store.query_sql(sql).to_dict("records")


def _of(name: str) -> str:
    """Return a condition on the events, rejects or sources of one file."""
    return f"source_id IN (SELECT source_id FROM sources WHERE ends_with(name, '{name}'))"


@pytest.mark.parametrize("name", FILES)
def test_the_line_ledger_is_the_generators(store: Store, name: str) -> None:
    meant = TRUTH["files"][name]
    columns = "format, lines, events, failures, rejects, blank, continuation"
    (found,) = _rows(store, f"SELECT {columns} FROM sources WHERE {_of(name)}")
    assert found == {
        **{key: meant[key] for key in ("format", "lines", "events", "failures", "blank", "continuation")},
        "rejects": sum(meant["rejects"].values()),
    }


@pytest.mark.parametrize("name", FILES)
def test_damaged_lines_are_told_from_those_that_carry_no_request(store: Store, name: str) -> None:
    kind = "CASE reason WHEN 'not_a_request' THEN reason ELSE 'damaged' END"
    found = _rows(store, f"SELECT {kind} AS kind, count(*) AS n FROM rejects WHERE {_of(name)} GROUP BY ALL")
    meant = {kind: count for kind, count in TRUTH["files"][name]["rejects"].items() if count}
    assert {row["kind"]: row["n"] for row in found} == meant


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("cut", CUTS)
def test_every_cut_through_the_failures_agrees(store: Store, name: str, cut: str) -> None:
    found = _rows(
        store,
        f"SELECT {CUTS[cut]} AS key, count(*) AS n FROM events WHERE failed AND {_of(name)} GROUP BY ALL",
    )
    assert Counter({row["key"]: row["n"] for row in found}) == Counter(TRUTH["files"][name][cut])


@pytest.mark.parametrize("name", FILES)
def test_every_failure_is_given_its_row_of_the_catalogue(store: Store, name: str) -> None:
    found = _rows(
        store,
        "SELECT entry.api, entry.http_status, entry.code, entry.message, count(*) AS failures "
        f"FROM events JOIN catalog_entries entry USING (entry_id) WHERE failed AND {_of(name)} GROUP BY ALL",
    )
    keys = ("api", "http_status", "code", "message")
    meant = {tuple(row[key] for key in keys): row["failures"] for row in TRUTH["files"][name]["by_entry"]}
    assert {tuple(row[key] for key in keys): row["failures"] for row in found} == meant


@pytest.mark.parametrize("name", FILES)
def test_the_first_and_the_last_moment_agree(store: Store, name: str) -> None:
    (found,) = _rows(
        store,
        f"SELECT epoch_ms(min(ts)) AS first_ts, epoch_ms(max(ts)) AS last_ts FROM events WHERE {_of(name)}",
    )
    meant = {key: datetime.fromisoformat(TRUTH["files"][name][key]) for key in found}
    assert found == {key: round(moment.timestamp() * 1_000) for key, moment in meant.items()}


def test_no_key_that_a_log_holds_reaches_the_store(store: Store) -> None:
    key = re.compile("sk-[0-9a-f]{40}")
    assert key.search((SAMPLES / "ndjson.log").read_text(encoding="utf-8", errors="replace"))
    for view in ("events", "rejects", "samples"):
        shown = store.query_sql(f"SELECT to_json(row_) AS text FROM (SELECT {view} AS row_ FROM {view})")
        assert not [text for text in shown["text"] if key.search(str(text))], view
