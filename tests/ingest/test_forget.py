"""A source that is forgotten leaves the store as if it had never been read."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from analyzer.errors import UnknownNameError
from analyzer.ingest.run import Knowledge, Options, Run
from analyzer.store.forget import forget
from analyzer.store.open import open_writer

TABLES = ("event", "success", "reject", "sample", "duplicate", "compared")
SOURCE = (
    "name, generation, format, population, time_zone, head_length, head_hash, tail_hash, size, resume_offset,"
    " resume_line, carry, file_size, lines, events, failures, rejects, blank, continuation, expired"
)


def everything(connection: Any) -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every table that a log fills, the sources by their names instead of numbers."""
    found = {"source": connection.execute(f"SELECT {SOURCE} FROM stored.source ORDER BY ALL").fetchall()}
    found["copy"] = connection.execute("SELECT name, copy_of FROM stored.copy ORDER BY ALL").fetchall()
    for table in TABLES:
        time = "" if table in ("reject", "duplicate", "compared") else " REPLACE (epoch_us(ts) AS ts)"
        numbers = "source_id, of_source_id" if table == "duplicate" else "source_id"
        rows = connection.execute(
            f"SELECT source.name, source.generation, t.* EXCLUDE ({numbers}){time} FROM stored.{table} AS t "
            "JOIN stored.source AS source USING (source_id)"
        ).fetchall()
        found[table] = sorted(rows, key=repr)
    return found


@pytest.mark.parametrize("dedupe", [None, "request_id"])
def test_the_store_is_as_if_it_had_never_seen_it(
    tmp_path: Path, knowledge: Knowledge, simulated: Callable[..., Path], dedupe: str | None
) -> None:
    """Row by row: a store that forgot one log is the store of the others; the log reads again as new."""
    # Of an entry and day five samples are kept: those that the forgotten log drove out stay out.
    kept, gone = tmp_path / "kept.log", tmp_path / "gone.log"
    shutil.copy(simulated("combined", 400), kept)
    shutil.copy(simulated("ndjson", 400), gone)
    with closing(open_writer(tmp_path / "one.duckdb", create=True)) as connection:
        laboratory = Run(connection, knowledge, Options(dedupe=dedupe))
        laboratory.ingest([str(kept)])
        alone = everything(connection)
        laboratory.ingest([str(gone)])
        both = everything(connection)
        taken = forget(connection, [str(gone)])
        assert len(taken.sources) == 1
        after = everything(connection)
        for table in alone:
            if table != "sample":
                assert after[table] == alone[table], table
        assert set(after["sample"]) <= set(alone["sample"])
        laboratory.ingest([str(gone)])
        again = everything(connection)
        assert {table: rows for table, rows in again.items() if table != "sample"} == {
            table: rows for table, rows in both.items() if table != "sample"
        }
        assert (
            connection.execute(
                "SELECT sum(lines)::BIGINT, sum(events)::BIGINT, sum(failures)::BIGINT FROM runs"
            ).fetchall()
            == connection.execute(
                "SELECT sum(lines)::BIGINT, sum(events)::BIGINT, sum(failures)::BIGINT FROM sources"
            ).fetchall()
        )


def test_it_says_exactly_what_it_took_out(laboratory: Any, write: Callable[..., Path]) -> None:
    """Events, rejects, sample lines and remembered copies are counted; a copy reads as new afterwards."""
    good = {"ts": "2026-11-20T08:00:00Z", "method": "GET", "path": "/v1/models", "status": 200}
    bad = {**good, "status": 500, "error": {"code": "x", "message": "y"}}
    path = write([good, bad, "no json", "", *[good] * 30], "a.log")
    copy = path.with_name("b.log.gz")
    copy.write_bytes(gzip.compress(path.read_bytes()))
    laboratory.ingest(path, copy)
    assert laboratory.rows("SELECT count(*) FROM stored.copy") == [(1,)]
    gone = forget(laboratory.connection, ["1"])
    assert (gone.events, gone.rejects, gone.samples, gone.copies) == (32, 1, 1, 1)
    for table in (*TABLES, "source", "copy"):
        assert laboratory.rows(f"SELECT count(*) FROM stored.{table}") == [(0,)], table
    assert laboratory.ingest(copy).ledger.events == 32


def test_one_generation(laboratory: Any, write: Callable[..., Path]) -> None:
    """A rewritten file's earlier content can be forgotten alone; other generations stay."""

    def lines(word: str) -> list[Any]:
        return [
            {"ts": "2026-11-20T08:00:00Z", "method": "GET", "path": f"/v1/{word}", "status": 200}
            for _ in range(30)
        ]

    path = write(lines("old"), "a.log")
    laboratory.ingest(path)
    laboratory.ingest(write(lines("newer"), "a.log"))
    with pytest.raises(UnknownNameError, match="no generation 3; it has 1, 2"):
        forget(laboratory.connection, [str(path)], 3)
    assert forget(laboratory.connection, [str(path)], 1).events == 30
    assert laboratory.rows("SELECT DISTINCT path FROM events") == [("/v1/newer",)]
    assert laboratory.ingest(path).ledger.events == 0


def test_nothing_is_changed_where_one_name_is_wrong(laboratory: Any, write: Callable[..., Path]) -> None:
    """All names are looked up before anything goes; the nearest one is offered."""
    path = write(
        [{"ts": "2026-11-20T08:00:00Z", "method": "GET", "path": "/v1/models", "status": 200}], "app.log"
    )
    laboratory.ingest(path)
    with pytest.raises(UnknownNameError, match=r"did you mean .*app\.log"):
        forget(laboratory.connection, [str(path), "ap.log"])
    assert laboratory.rows("SELECT count(*) FROM events") == [(1,)]
    assert laboratory.rows("SELECT count(*) FROM runs WHERE command = 'forget'") == [(0,)]
