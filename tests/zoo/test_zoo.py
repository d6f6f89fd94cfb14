"""A zoo of odd logs: each is read, or refused in clear words, and never counted wrongly.

Beside each log stands its truth, written by hand:

    says        what is odd about it
    refused     a text of the message, where nothing of it is to be stored; else
    format      what it is detected as
    statuses    status -> how many events
    failures    how many events failed
    ledger      lines, and what is no event: blank, continuation, rejects by their reason
    ts          the events' times, in order
    [[spot]]    columns of the event at a line
    written     when the file was changed last, where that matters
"""

from __future__ import annotations

import os
import tomllib
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.classification.load import load_catalogs
from analyzer.format.definition import load_formats
from analyzer.ingest.mask import load_masks
from analyzer.ingest.run import Knowledge, Options, Run
from analyzer.store.open import open_writer

ZOO = Path(__file__).parent
KEYS = {"says", "refused", "format", "statuses", "failures", "ledger", "ts", "spot", "written"}
TIME = "strftime(ts AT TIME ZONE 'UTC', '%Y-%m-%dT%H:%M:%S.%gZ')"


@pytest.fixture(scope="module")
def knowledge() -> Knowledge:
    """Return the package's own catalogues, formats and masks."""
    return Knowledge(load_catalogs(), load_formats(), load_masks())


@pytest.mark.parametrize("name", sorted(path.stem for path in ZOO.glob("*.log")))
def test_an_odd_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, name: str) -> None:
    """What is stored of it is what its truth says."""
    monkeypatch.setenv("ANALYZER_HASH_KEY", "the key of the tests")
    truth = tomllib.loads((ZOO / f"{name}.toml").read_text(encoding="utf-8"))
    assert set(truth) <= KEYS
    log = tmp_path / f"{name}.log"
    log.write_bytes((ZOO / f"{name}.log").read_bytes())
    if "written" in truth:
        moment = datetime.fromisoformat(truth["written"]).timestamp()
        os.utime(log, (moment, moment))
    with closing(open_writer(tmp_path / "store.duckdb", create=True)) as connection:
        totals = Run(connection, knowledge, Options()).ingest([str(log)])
        if "refused" in truth:
            assert truth["refused"] in (totals.sources[0].note or "")
            assert connection.execute("SELECT count(*) FROM stored.source").fetchall() == [(0,)]
        else:
            check(connection, truth)


def check(connection: duckdb.DuckDBPyConnection, truth: dict[str, Any]) -> None:
    """Compare a store with a log's truth."""
    source = "SELECT format, lines, blank, continuation, failures FROM stored.source"
    format, lines, blank, continuation, failures = connection.execute(source).fetchall()[0]
    found = connection.execute("SELECT status::VARCHAR, count(*) FROM events GROUP BY ALL").fetchall()
    reasons = connection.execute("SELECT reason, count(*) FROM stored.reject GROUP BY ALL").fetchall()
    ledger = {"lines": lines, "blank": blank, "continuation": continuation, **dict(reasons)}
    assert format == truth["format"]
    assert dict(found) == {str(status): count for status, count in truth["statuses"].items()}
    assert failures == truth["failures"]
    assert {name: count for name, count in ledger.items() if count} == truth["ledger"]
    assert lines == sum(truth["statuses"].values()) + sum(ledger.values()) - lines
    if "ts" in truth:
        times = [
            time for (time,) in connection.execute(f"SELECT {TIME} FROM events ORDER BY line_no").fetchall()
        ]
        assert times == [whole(time) for time in truth["ts"]]
    for spot in truth.get("spot", []):
        columns = [name for name in spot if name != "line_no"]
        read = ", ".join(TIME if name == "ts" else name for name in columns)
        row = connection.execute(f"SELECT {read} FROM events WHERE line_no = ?", [spot["line_no"]]).fetchall()
        expected = [whole(spot[name]) if name == "ts" else spot[name] for name in columns]
        assert row == [tuple(expected)], spot["line_no"]


def whole(time: str) -> str:
    """Return a time with its milliseconds."""
    return time if "." in time else time.replace("Z", ".000Z")


def test_each_log_has_its_truth() -> None:
    """No log without a truth, no truth without a log."""
    assert {path.stem for path in ZOO.glob("*.log")} == {path.stem for path in ZOO.glob("*.toml")}
