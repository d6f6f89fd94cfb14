"""Identity: which file is known already, which is new, and which took the place of another."""

from __future__ import annotations

import gzip
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest


def line(number: int, status: int = 200) -> str:
    """Return a line of JSON of about 100 bytes."""
    moment = f"2026-11-20T08:{number // 60 % 60:02}:{number % 60:02}Z"
    return f'{{"ts":"{moment}","status":{status},"request_id":"r-{number:06}","path":"/v1/x"}}\n'


def log(first: int, last: int) -> str:
    """Return lines from a number up to another."""
    return "".join(line(number) for number in range(first, last))


def notes(totals: Any) -> list[str | None]:
    """Return what is said of each source."""
    return [source.note for source in totals.sources]


@pytest.fixture
def a_log(tmp_path: Path, laboratory: Any) -> Path:
    """A log of 100 lines (10 kB), ingested."""
    path = tmp_path / "a.log"
    path.write_text(log(0, 100))
    laboratory.ingest(path, format="ndjson")
    return path


def test_a_copy_adds_nothing_and_is_named(laboratory: Any, a_log: Path) -> None:
    """A copy, plain or compressed, is skipped; the note names it and what it is a copy of."""
    plain, packed = a_log.with_name("b.log"), a_log.with_name("c.gz")
    plain.write_bytes(a_log.read_bytes())
    packed.write_bytes(gzip.compress(a_log.read_bytes()))
    totals = laboratory.ingest(plain, packed, format="ndjson")
    assert notes(totals) == [f"{copy} is a copy of {a_log}, skipped" for copy in (plain, packed)]
    assert totals.as_json()["skipped"] == 2
    assert laboratory.ledger()["lines"] == 100


def test_a_renamed_log_goes_on(laboratory: Any, a_log: Path) -> None:
    """A log that was renamed adds nothing, and later only what was appended to it, under its new name."""
    renamed = a_log.rename(a_log.with_name("a.log.1"))
    totals = laboratory.ingest(renamed, format="ndjson")
    assert totals.count("skipped") == 1
    assert str(renamed) in str(totals.sources[0].note)
    with renamed.open("a") as file:
        file.write(log(100, 120))
    assert laboratory.ingest(renamed, format="ndjson").ledger.lines == 20
    assert laboratory.rows("SELECT name, generation FROM sources") == [(str(renamed), 1)]


def test_one_file_has_many_names(laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A short log under another spelling of its path is the same file."""
    monkeypatch.chdir(tmp_path)
    Path("short.log").write_text(log(0, 3))
    laboratory.ingest("short.log", format="ndjson")
    for name in ("./short.log", str(tmp_path / "short.log"), f"../{tmp_path.name}/short.log"):
        assert laboratory.ingest(name, format="ndjson").count("skipped") == 1
    assert laboratory.ledger()["lines"] == 3


def test_a_copy_stays_a_copy_when_its_source_has_grown(laboratory: Any, a_log: Path) -> None:
    """A backup of a growing log adds nothing in later runs either."""
    backup = a_log.with_name("a.log.bak")
    backup.write_bytes(a_log.read_bytes())
    laboratory.ingest(a_log, backup, format="ndjson")
    with a_log.open("a") as file:
        file.write(log(100, 150))
    totals = laboratory.ingest(a_log, backup, format="ndjson")
    assert totals.ledger.lines == 50
    assert notes(totals)[1] == f"{backup} is a copy of {a_log}, skipped"
    assert laboratory.ledger()["lines"] == 150


def test_a_rotated_log_is_followed(laboratory: Any, a_log: Path) -> None:
    """After rotation and compression the old lines add nothing, its last ones and the new log's do."""
    rotated = a_log.with_name("a.log.1.gz")
    rotated.write_bytes(gzip.compress((log(0, 100) + log(100, 110)).encode()))
    a_log.write_text(log(200, 230))
    totals = laboratory.ingest(a_log, rotated, format="ndjson")
    assert totals.ledger.lines == 40
    assert laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events") == [(140, 140)]


def test_short_logs_begin_alike(laboratory: Any, tmp_path: Path) -> None:
    """Below 1,024 bytes another name is another log; from there on it is a copy."""
    for name, lines in (("a.log", 5), ("b.log", 5), ("c.log", 20), ("d.log", 20)):
        (tmp_path / name).write_text(log(0, lines))
    totals = laboratory.ingest(*(tmp_path / f"{name}.log" for name in "abcd"), format="ndjson")
    assert [source.ledger.lines for source in totals.sources] == [5, 5, 20, 0]


def test_a_short_log_grows(laboratory: Any, tmp_path: Path) -> None:
    """Line by line from 100 bytes over 1,024 and over 4,096: always the same source."""
    path = tmp_path / "a.log"
    for count in range(1, 60):
        path.write_text(log(0, count))
        if count in (1, 2, 5, 9, 10, 11, 12, 39, 40, 41, 59):
            laboratory.ingest(path, format="ndjson")
            assert laboratory.ledger()["lines"] == count
    assert laboratory.rows("SELECT count(*), max(generation) FROM sources") == [(1, 1)]


@pytest.mark.parametrize("change", ["rewritten", "truncated", "shortened", "changed inside the tail"])
def test_a_rewritten_log_is_a_new_generation(laboratory: Any, a_log: Path, change: str) -> None:
    """Other bytes under the old name, or fewer, are read as a new log, and that is said."""
    text = {
        "rewritten": log(500, 640),
        "truncated": log(0, 60),
        "shortened": log(0, 3),
        "changed inside the tail": log(0, 90) + log(900, 930),
    }[change]
    a_log.write_text(text)
    totals = laboratory.ingest(a_log, format="ndjson")
    assert "rewritten or truncated" in str(notes(totals)[0])
    assert "generation 2" in str(notes(totals)[0])
    assert laboratory.rows("SELECT generation, lines FROM sources ORDER BY 1") == [
        (1, 100),
        (2, text.count("\n")),
    ]
    assert laboratory.ingest(a_log, format="ndjson").count("skipped") == 1


def test_an_unchanged_file_is_not_read(laboratory: Any, a_log: Path) -> None:
    """Name, inode, size and time of change as they were: the file is passed over unread."""
    stat = a_log.stat()
    with a_log.open("r+") as file:
        file.write(log(500, 501))
    os.utime(a_log, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert laboratory.ingest(a_log, format="ndjson").count("skipped") == 1
    a_log.touch()
    assert laboratory.ingest(a_log, format="ndjson").count("read") == 1


def test_only_a_file_read_to_its_end_is_passed_over(
    laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that stopped after a batch leaves the rest to the next run, though the file did not change."""
    path = tmp_path / "a.log"
    path.write_text(log(0, 100))
    monkeypatch.setattr("analyzer.ingest.read.BATCH_BYTES", 2000)
    stops = iter([None])

    def stop(self: Any, *data: Any) -> int:
        if next(stops, "stop") == "stop":
            raise KeyboardInterrupt
        return int(store_records(self, *data))

    from analyzer.ingest.read import Reader

    store_records = Reader._store_records
    with monkeypatch.context() as patch:
        patch.setattr(Reader, "_store_records", stop)
        with pytest.raises(KeyboardInterrupt):
            laboratory.ingest(path, format="ndjson")
    assert 0 < laboratory.ledger()["lines"] < 100
    laboratory.ingest(path, format="ndjson")
    assert laboratory.ledger()["lines"] == 100
    assert laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events") == [(100, 100)]


class TestStandardInput:
    """Standard input is a source like any other, with bytes for its only identity."""

    @pytest.fixture
    def pipe(self, monkeypatch: pytest.MonkeyPatch, laboratory: Any) -> Callable[[bytes], Any]:
        """Return a function that ingests bytes from standard input."""

        def piped(data: bytes) -> Any:
            stdin = io.TextIOWrapper(io.BufferedReader(io.BytesIO(data)))
            monkeypatch.setattr(sys, "stdin", stdin)
            return laboratory.ingest("-", format="ndjson")

        return piped

    def test_the_same_twice(self, laboratory: Any, pipe: Callable[[bytes], Any]) -> None:
        """What was piped in before adds nothing; what is longer adds the rest; what differs is new."""
        for data, added in ((log(0, 100), 100), (log(0, 100), 0), (log(0, 150), 50), (log(400, 410), 10)):
            assert pipe(data.encode()).ledger.lines == added
        assert laboratory.rows("SELECT name, generation, lines FROM sources") == [("-", 1, 150), ("-", 1, 10)]

    def test_short_and_compressed(self, laboratory: Any, pipe: Callable[[bytes], Any]) -> None:
        """Compression is known by content."""
        assert pipe(gzip.compress(log(0, 3).encode())).ledger.lines == 3
        assert pipe(log(0, 3).encode()).ledger.lines == 0
        assert pipe(gzip.compress(log(0, 100).encode())[:-20]).count("failed") == 1

    def test_a_file_that_was_piped_in_is_known(
        self, laboratory: Any, pipe: Callable[[bytes], Any], a_log: Path
    ) -> None:
        """A copy through a pipe is a copy."""
        totals = pipe(a_log.read_bytes())
        assert notes(totals) == [f"- is a copy of {a_log}, skipped"]

    def test_nothing(self, pipe: Callable[[bytes], Any]) -> None:
        """An empty pipe is skipped and said."""
        assert notes(pipe(b"")) == ["- is empty"]


class TestOlderCopies:
    """Copies that were made before the rest of a log was written, and never seen while they were equal."""

    @pytest.fixture
    def long_log(self, tmp_path: Path, laboratory: Any) -> Path:
        """A log of 3,000 lines (300 kB), ingested."""
        path = tmp_path / "a.log"
        path.write_text(log(0, 3000))
        laboratory.ingest(path, format="ndjson")
        return path

    @pytest.mark.parametrize("lines", [15, 30, 100, 700, 2999])
    @pytest.mark.parametrize("original", ["there", "gone", "rotated"])
    def test_an_older_copy_adds_nothing(
        self, laboratory: Any, long_log: Path, lines: int, original: str
    ) -> None:
        """Plain or compressed, cut within a line, whatever became of the log itself: skipped and named."""
        plain, packed = long_log.with_name("b.log"), long_log.with_name("c.log.gz")
        plain.write_text(log(0, lines)[:-7])
        packed.write_bytes(gzip.compress(log(0, lines).encode()))
        if original == "gone":
            long_log.unlink()
        elif original == "rotated":
            long_log.write_text(log(5000, 5100))
        totals = laboratory.ingest(plain, packed, format="ndjson")
        assert notes(totals) == [
            f"{copy} is an older copy of {long_log}, skipped" for copy in (plain, packed)
        ]
        assert laboratory.ledger()["lines"] == 3000
        assert laboratory.ingest(plain, packed, format="ndjson").count("skipped") == 2

    def test_a_log_that_only_begins_alike_is_new(self, laboratory: Any, long_log: Path) -> None:
        """Another log with the same first 10,000 bytes is read whole, as a source of its own."""
        other = long_log.with_name("b.log")
        other.write_text(log(0, 100) + log(7000, 7500))
        totals = laboratory.ingest(other, format="ndjson")
        assert (totals.ledger.lines, notes(totals)) == (600, [None])
        assert laboratory.rows("SELECT generation FROM sources ORDER BY source_id") == [(1,), (1,)]

    def test_a_truncated_log_is_no_copy(self, laboratory: Any, long_log: Path) -> None:
        """Under its own name a shorter log is a new generation."""
        long_log.write_text(log(0, 2000))
        assert "generation 2" in str(notes(laboratory.ingest(long_log, format="ndjson"))[0])


def test_a_partly_read_log_is_compressed(
    laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the compressed log only what was not read before is added, also behind a half-written line."""
    path, packed = tmp_path / "a.log.1", tmp_path / "a.log.2.gz"
    path.write_text(log(0, 60)[:-20])
    laboratory.ingest(path, format="ndjson")
    path.unlink()
    monkeypatch.setattr("analyzer.ingest.read.BATCH_BYTES", 1000)
    whole = gzip.compress(log(0, 100).encode())
    packed.write_bytes(whole[:-30])
    assert laboratory.ingest(packed, format="ndjson").count("failed") == 1
    assert laboratory.ledger()["lines"] == 59, "a damaged copy takes the half-written line out, nothing else"
    path.write_text(log(0, 60)[:-20])
    assert laboratory.ingest(path, format="ndjson").ledger.lines == 1
    packed.write_bytes(whole)
    assert laboratory.ingest(packed, format="ndjson").ledger.lines == 40
    assert laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events") == [(100, 100)]
    assert laboratory.rows("SELECT name, generation FROM sources") == [(str(packed), 1)]


def test_a_log_rewritten_while_it_is_read(
    laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A batch that may hold bytes of two logs is given up, and that is said; the new log is read next."""
    from analyzer.ingest.read import Reader

    path = tmp_path / "a.log"
    path.write_text(log(0, 200))
    monkeypatch.setattr("analyzer.ingest.read.BATCH_BYTES", 5000)
    store_records = Reader._store_records
    batches: list[int] = []

    def rewrite(self: Any, *data: Any) -> int:
        batches.append(len(data[0]))
        if len(batches) == 2:
            path.write_text(log(1000, 1300))
        return int(store_records(self, *data))

    with monkeypatch.context() as patch:
        patch.setattr(Reader, "_store_records", rewrite)
        totals = laboratory.ingest(path, format="ndjson")
    assert totals.count("failed") == 1
    assert "was truncated or rewritten while it was read; run again" in str(notes(totals)[0])
    read = laboratory.ledger()["lines"]
    assert 0 < read < 200
    assert totals.ledger.lines == read, "what was committed before is counted"
    assert laboratory.ingest(path, format="ndjson").ledger.lines == 300
    count = laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events")
    assert count == [(read + 300, read + 300)]


def test_a_log_renamed_while_it_is_read(
    laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file stays the one that was opened: what comes under its name meanwhile is another log."""
    from analyzer.ingest.visit import Visit

    path = tmp_path / "a.log"
    path.write_text(log(0, 100))
    laboratory.ingest(path, format="ndjson")
    with path.open("a") as file:
        file.write(log(100, 200))
    read = Visit._read

    def rotate(self: Any, *source: Any) -> Any:
        path.rename(path.with_name("a.log.1"))
        path.write_text(log(1000, 1400))
        return read(self, *source)

    with monkeypatch.context() as patch:
        patch.setattr(Visit, "_read", rotate)
        assert laboratory.ingest(path, format="ndjson").ledger.lines == 100
    assert laboratory.ingest(path, format="ndjson").ledger.lines == 400
    assert laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events") == [(600, 600)]


@pytest.mark.parametrize("end", ["message", "host"])
@pytest.mark.parametrize("cut", [1, 5, 12, 30, 61])
def test_an_export_that_was_read_while_it_was_written_counts_once(
    laboratory: Any, tmp_path: Path, end: str, cut: int
) -> None:
    """Wherever it was cut: also within a last cell that looks whole."""
    rows = [
        f"179516160{n}000,method=POST path=/v1/chat status={200 + n} dur={n}0ms client=10.0.0.{n}"
        for n in range(9)
    ]
    lines = (
        ["timestamp,message", *rows]
        if end == "message"
        else ["timestamp,message,host", *(f"{row},web" for row in rows)]
    )
    data = ("\n".join(lines) + "\n").encode()
    path = tmp_path / "export.csv"
    for part in (data[:-cut], data):
        path.write_bytes(part)
        laboratory.ingest(path)
    assert laboratory.ledger()["events"] == 9
    assert laboratory.rows("SELECT count(*) FROM stored.source") == [(1,)]
