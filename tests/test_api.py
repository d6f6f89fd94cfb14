"""The public surface, as a notebook uses it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import analyzer
from analyzer.errors import (
    MissingDatabaseError,
    MissingPathError,
    QueryError,
    RangeError,
    UnknownNameError,
    UsageError,
)

CODE, MESSAGE = "ModelArts.81101", "Too many requests, the rate limit is 60 requests per minute."


@pytest.fixture(autouse=True)
def _nothing_of_ones_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANALYZER_HASH_KEY", "the key of the tests")
    monkeypatch.delenv("ANALYZER_DB", raising=False)


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """A folder with a log of ten requests, two of which failed, and one that is none."""
    folder = tmp_path / "logs"
    folder.mkdir()
    lines: list[dict[str, Any]] = [
        {"ts": f"2026-11-20T08:00:0{second}Z", "status": 200, "path": "/v1/chat/completions"}
        for second in range(8)
    ]
    lines += [{"ts": "2026-11-20T09:00:00Z", "status": 429, "error": {"code": CODE, "message": MESSAGE}}] * 2
    lines += [{"ts": "2026-11-20T09:00:00Z", "message": "no request"}]
    (folder / "a.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    return folder


@pytest.fixture
def store(logs: Path) -> analyzer.Store:
    """A store of that log."""
    store = analyzer.open("store.duckdb", create=True)
    store.ingest(logs)
    return store


def test_the_public_names() -> None:
    """Each public name is there, and no other is."""
    assert set(analyzer.__all__) == {"AnalyzerError", "Store", "__version__", "classify", "open"}
    assert all(getattr(analyzer, name) is not None for name in analyzer.__all__)
    assert analyzer.open.__doc__
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        analyzer.nothing  # noqa: B018


def test_ingest_tells_what_it_did(logs: Path) -> None:
    """The totals hold the names that --json promises; a second run adds nothing."""
    store = analyzer.open("store.duckdb", create=True)
    heard: list[tuple[str, int, int]] = []
    totals = store.ingest([logs], tell=lambda *progress: heard.append(progress)).as_json()
    assert {
        name: totals[name]
        for name in ("files", "lines", "events", "failures", "rejects", "blank", "continuation")
    } == {
        **{"files": 1, "lines": 11, "events": 10, "failures": 2, "rejects": 1, "blank": 0, "continuation": 0}
    }
    size = (logs / "a.jsonl").stat().st_size
    assert heard[-1] == (str(logs / "a.jsonl"), size, size)
    again = store.ingest(str(logs)).as_json()
    assert (again["files"], again["skipped"], again["lines"]) == (0, 1, 0)


def test_a_query_gives_a_frame(store: analyzer.Store) -> None:
    """By name with parameters, or by text: a pandas DataFrame."""
    frame = store.query("errors_by_code")
    assert list(frame["code"]) == [CODE]
    assert (frame["failures"][0], frame["requests"][0], frame["error_rate"][0]) == (2, 10, 0.2)
    assert len(store.query("errors_by_code", until="2026-11-20T08:30:00Z")) == 0
    assert len(store.query("errors_by_code", since=datetime(2026, 11, 20, 8, 30, tzinfo=UTC))) == 1
    own = store.query_sql("SELECT status, count(*) AS n FROM events GROUP BY 1 ORDER BY 1")
    assert own.to_dict("list") == {"status": [200, 429], "n": [8, 2]}
    table = store.query_table("errors_by_code", limit=1)
    assert table.num_rows == 1


def test_a_report_is_one_file(store: analyzer.Store, tmp_path: Path) -> None:
    """The report is written where it was asked for, in the wanted language."""
    store.report("report.html", since="2026-11-20", language="zh")
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert 'lang="zh' in page
    assert CODE in store.report_text("md", since="2026-11-20", compare="none")


def test_classify_explains_a_text(store: analyzer.Store) -> None:
    """One pasted error finds its entry."""
    explanation = analyzer.classify(
        f"Error code: 429 - {{'error': {{'code': '{CODE}', 'message': '{MESSAGE}'}}}}"
    )
    assert CODE in str(explanation)


def test_reclassify_and_what_has_changed(store: analyzer.Store) -> None:
    """Without a change there is nothing to say and nothing to do."""
    assert store.changed_catalogs() == []
    assert store.reclassify().changed == 0


def test_a_store_is_held_by_nobody_between_calls(store: analyzer.Store) -> None:
    """Two stores over one file work in turn."""
    with analyzer.open("store.duckdb") as other:
        assert len(other.query("overview")) == len(store.query("overview")) == 1


def test_the_database_is_the_configurations(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a path: ANALYZER_DB, then analyzer.toml, then ./analyzer.duckdb."""
    assert analyzer.Store(create=True).path == Path("analyzer.duckdb")
    (tmp_path / "analyzer.toml").write_text('database = "toml.duckdb"\n')
    assert analyzer.Store(create=True).path == tmp_path / "toml.duckdb"
    monkeypatch.setenv("ANALYZER_DB", "variable.duckdb")
    assert analyzer.Store(create=True).path == Path("variable.duckdb")


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda store: store.ingest("nowhere.log"), MissingPathError),
        (lambda store: store.ingest("logs", format="nothing"), UnknownNameError),
        (lambda store: store.ingest("logs", population="all"), UsageError),
        (lambda store: store.ingest("logs", untimed="soon"), UsageError),
        (lambda store: store.ingest("logs", time_zone="Mars/Base"), UsageError),
        (lambda store: store.query("nothing"), UnknownNameError),
        (lambda store: store.query("errors_by_code", nothing=1), UnknownNameError),
        (lambda store: store.query("errors_by_code", since="soon"), RangeError),
        (lambda store: store.query_sql("SELECT nothing FROM events"), QueryError),
        (lambda store: store.query_sql("DELETE FROM stored.event"), QueryError),
        (lambda store: store.query_sql("SELECT * FROM read_csv('logs/a.jsonl')"), QueryError),
        (lambda store: store.report("report.html", since="2026-11-21", until="2026-11-20"), RangeError),
        (lambda store: analyzer.open("missing.duckdb"), MissingDatabaseError),
    ],
)
def test_a_mistake_is_one_clear_error(
    store: analyzer.Store, call: Callable[[Any], Any], error: type[Exception]
) -> None:
    """What a person can do wrong is an AnalyzerError, and the store stays as it was."""
    before = Path("store.duckdb").read_bytes()
    with pytest.raises(error) as caught:
        call(store)
    assert isinstance(caught.value, analyzer.AnalyzerError)
    assert Path("store.duckdb").read_bytes() == before
