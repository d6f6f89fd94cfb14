"""Sources of every kind through a whole run: archives, Parquet, addresses, and what is not opened again."""

from __future__ import annotations

import gzip
import io
import json
import os
import tarfile
import tempfile
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pyarrow as pa
import pytest
from pyarrow import parquet

from analyzer.source.place import LocalFile
from analyzer.store.forget import forget


def log(first: int, last: int) -> bytes:
    """Return lines of JSON from a number up to another, about 100 bytes each."""
    return b"".join(
        b'{"ts":"2026-11-20T08:%02d:%02dZ","status":200,"request_id":"r-%06d","path":"/v1/x"}\n'
        % (number // 60 % 60, number % 60, number)
        for number in range(first, last)
    )


def zipped(path: Path, files: dict[str, bytes]) -> Path:
    """Write a zip archive."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, (2026, 11, 20, 0, 0, 0)), data)
    return path


def tarred(files: dict[str, bytes]) -> bytes:
    """Return a tar archive."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


def names(laboratory: Any) -> list[str]:
    """Return the names of the stored sources."""
    return [name for (name,) in laboratory.rows("SELECT name FROM stored.source ORDER BY source_id")]


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the list of the files that were opened, which grows as they are."""
    seen: list[str] = []
    descriptor = LocalFile._descriptor

    def noted(self: LocalFile) -> int:
        seen.append(self.name)
        return descriptor(self)

    monkeypatch.setattr(LocalFile, "_descriptor", noted)
    return seen


def test_an_archive(laboratory: Any, tmp_path: Path, opened: list[str]) -> None:
    """Each log is a source; copies add nothing; unchanged it is not opened, changed it adds its lines."""
    plain = tmp_path / "a.log"
    plain.write_bytes(log(0, 50))
    files = {"copy.log": log(0, 50), "b.log.gz": gzip.compress(log(100, 130)), "notes.md": b"x"}
    archive = zipped(tmp_path / "x.zip", files)
    totals = laboratory.ingest(plain, archive, format="ndjson")
    assert (totals.ledger.lines, totals.count("read"), totals.count("skipped")) == (80, 2, 1)
    assert totals.sources[1].note == f"{archive}!copy.log is a copy of {plain}, skipped"
    assert totals.passed_over == (f"{archive}!notes.md",)
    assert names(laboratory) == [str(plain), f"{archive}!b.log.gz"]
    opened.clear()
    totals = laboratory.ingest(plain, archive, format="ndjson")
    assert (totals.ledger.lines, totals.count("skipped"), opened) == (0, 2, [])
    zipped(archive, {**files, "b.log.gz": gzip.compress(log(100, 140)), "c.log": log(200, 220)})
    assert laboratory.ingest(archive, format="ndjson").ledger.lines == 30
    assert laboratory.ledger()["lines"] == 110


def test_a_compressed_archive_that_is_cut(laboratory: Any, tmp_path: Path) -> None:
    """Its whole logs are taken, of the cut one nothing; when it is whole again the rest is added."""
    path = tmp_path / "x.tar.gz"
    whole = gzip.compress(tarred({"a.log": log(0, 3000), "b.log": log(5000, 9000)}), 1)
    path.write_bytes(whole[: len(whole) * 3 // 4])
    totals = laboratory.ingest(path, format="ndjson")
    assert (totals.count("read"), totals.count("failed")) == (1, 1)
    assert "ends too early" in str(totals.sources[-1].note)
    assert laboratory.rows("SELECT count(*) FROM events") == [(3000,)]
    path.write_bytes(whole)
    assert laboratory.ingest(path, format="ndjson").ledger.lines == 4000
    assert laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events") == [(7000, 7000)]
    assert laboratory.ingest(path, format="ndjson").count("skipped") == 1


def test_an_archive_in_an_archive(laboratory: Any, tmp_path: Path) -> None:
    """It is a failure that says what to do; the logs beside it are read."""
    inner = tarred({"a.log": log(0, 10)})
    archive = zipped(tmp_path / "x.zip", {"in.tgz": gzip.compress(inner), "b.log": log(20, 30)})
    totals = laboratory.ingest(archive, format="ndjson")
    assert (totals.count("read"), totals.count("failed")) == (1, 1)
    assert [source.note for source in totals.sources if source.note] == [
        f"{archive}!in.tgz: is an archive within an archive; unpack it first"
    ]


def test_an_archive_without_logs(laboratory: Any, tmp_path: Path) -> None:
    """It is skipped and said, for a folder of logs may hold one."""
    archive = zipped(tmp_path / "x.zip", {"a.md": b"x", "b.md": b"x"})
    totals = laboratory.ingest(archive)
    assert [(source.state, source.note) for source in totals.sources] == [
        ("skipped", f"{archive} holds no log files")
    ]


def test_a_forgotten_file_is_read_again(laboratory: Any, tmp_path: Path) -> None:
    """An archive counts as read only while all that was read of it is stored."""
    archive = zipped(tmp_path / "x.zip", {"a.log": log(0, 20), "b.log": log(50, 60)})
    laboratory.ingest(archive, format="ndjson")
    for table in ("source", "success", "event"):
        laboratory.connection.execute(f"DELETE FROM stored.{table} WHERE source_id = 1")
    assert laboratory.ingest(archive, format="ndjson").ledger.lines == 20


def test_another_spelling_is_silent(
    laboratory: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, opened: list[str]
) -> None:
    """The same file under another spelling of its path is not opened, and nothing is said of it."""
    monkeypatch.chdir(tmp_path)
    Path("a.log").write_bytes(log(0, 30))
    laboratory.ingest("a.log", format="ndjson")
    opened.clear()
    for name in ("./a.log", str(tmp_path / "a.log"), (tmp_path / "a.log").as_uri()):
        totals = laboratory.ingest(name, format="ndjson")
        assert [(source.state, source.note) for source in totals.sources] == [("skipped", None)]
    assert opened == []


def test_parquet(laboratory: Any, tmp_path: Path) -> None:
    """The rows of a Parquet file are events; a second run adds nothing, a longer file its new rows."""
    path = tmp_path / "requests.parquet"
    for count, added in ((300, 300), (300, 0), (500, 200)):
        rows = [
            {
                "timestamp": f"2026-11-20T08:{number // 60:02}:{number % 60:02}+00:00",
                "status": 429,
                "request_id": f"r-{number}",
            }
            for number in range(count)
        ]
        table = pa.Table.from_pylist(rows)
        moments = table["timestamp"].cast(pa.timestamp("us", tz="UTC"))
        parquet.write_table(table.set_column(0, "timestamp", moments), path)
        os.utime(path, ns=(count, count))
        assert laboratory.ingest(path, format="ndjson").ledger.events == added
    assert laboratory.rows("SELECT count(DISTINCT request_id), max(ts) AT TIME ZONE 'UTC' FROM events") == [
        (500, laboratory.rows("SELECT TIMESTAMP '2026-11-20 08:08:19'")[0][0])
    ]


def test_an_address(laboratory: Any) -> None:
    """An address is a source like any other: unchanged it is passed over, grown it adds its new lines."""
    system = fsspec.filesystem("memory")
    try:
        for last, added in ((100, 100), (100, 0), (130, 30)):
            if added:
                system.pipe("/in/a.log", log(0, last))
            assert laboratory.ingest("memory://in/", format="ndjson").ledger.lines == added
        assert names(laboratory) == ["memory://in/a.log"]
    finally:
        system.rm("/in", recursive=True)


def test_an_unplugged_address_goes_on(laboratory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was committed before the connection broke is kept, and the next run reads the rest."""
    system = fsspec.filesystem("memory")
    system.pipe("/in/a.log", log(0, 400))
    monkeypatch.setattr("analyzer.ingest.read.BATCH_BYTES", 8000)
    monkeypatch.setattr("analyzer.source.remote._BLOCK_BYTES", 1000)
    from analyzer.source.remote import _RemoteBytes

    read = _RemoteBytes.readinto

    def unplugged(self: Any, buffer: memoryview) -> int:
        # Its beginning was looked at before, in the main thread.
        if self._place > 20_000 and threading.current_thread().name.startswith("read"):
            raise OSError("Connection reset by peer")
        return read(self, buffer)

    try:
        with monkeypatch.context() as patch:
            patch.setattr(_RemoteBytes, "readinto", unplugged)
            totals = laboratory.ingest("memory://in/a.log", format="ndjson")
            assert "Connection reset by peer" in str(totals.sources[0].note)
            assert 0 < laboratory.ledger()["lines"] < 400
        laboratory.ingest("memory://in/a.log", format="ndjson")
        assert laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events") == [(400, 400)]
    finally:
        system.rm("/in", recursive=True)


@pytest.fixture
def locked_folder() -> Iterator[Path]:
    """A folder that this process may not look into, with a log in it; also where root runs the tests."""
    folder = Path(tempfile.mkdtemp())
    (folder / "locked").mkdir()
    (folder / "locked" / "a.log").write_bytes(log(0, 10))
    (folder / "b.log").write_bytes(log(20, 30))
    (folder / "b.log").chmod(0o644)
    folder.chmod(0o755)
    (folder / "locked").chmod(0o000)
    user = os.geteuid()
    if user == 0:
        os.seteuid(65534)
    yield folder
    os.seteuid(user)
    (folder / "locked").chmod(0o755)
    for name in ("locked/a.log", "b.log"):
        (folder / name).unlink()
    (folder / "locked").rmdir()
    folder.rmdir()


def test_an_unreadable_folder(locked_folder: Path) -> None:
    """It is a source that cannot be opened, and says so; the logs beside it are found."""
    from analyzer.errors import SourceError
    from analyzer.source.find import find_sources
    from analyzer.source.open import open_source

    locked = locked_folder / "locked"
    assert find_sources([str(locked_folder)])[0] == [str(locked_folder / "b.log"), str(locked)]
    assert find_sources([str(locked)])[0] == [str(locked)]
    with pytest.raises(SourceError, match=r"locked: cannot be read .*Permission denied"):
        open_source(str(locked))


def test_a_json_document(laboratory: Any, tmp_path: Path) -> None:
    """The objects of a list are events; a second run adds nothing, a longer list its new objects."""
    path = tmp_path / "export.json"
    for count, added in ((300, 300), (300, 0), (500, 200)):
        records = [json.loads(line) for line in log(0, count).splitlines()]
        path.write_text(json.dumps(records, indent=2))
        os.utime(path, ns=(count, count))
        assert laboratory.ingest(path).ledger.events == added
    assert laboratory.rows("SELECT count(DISTINCT request_id), max(line_no) FROM events") == [(500, 500)]


def test_a_json_document_that_was_cut_short(laboratory: Any, tmp_path: Path) -> None:
    """The last record is damaged; once the document is whole it is an event, and nothing counts twice."""
    path = tmp_path / "export.json"
    records = [json.loads(line) for line in log(0, 50).splitlines()]
    whole = json.dumps(records, indent=2)
    path.write_text(whole[: -len('-000049",') - 60])
    laboratory.ingest(path)
    assert (laboratory.ledger()["events"], laboratory.ledger()["rejects"]) == (49, 1)
    path.write_text(whole)
    laboratory.ingest(path)
    assert (laboratory.ledger()["events"], laboratory.ledger()["rejects"]) == (50, 0)


def test_an_export_that_holds_its_past_again_says_how_to_forget_that(laboratory: Any, tmp_path: Path) -> None:
    """The newest first, as clouds give them: it is another file, and what was read before still counts."""
    path = tmp_path / "export.json"
    for first, last in ((0, 50), (0, 80)):
        records = [json.loads(line) for line in log(first, last).splitlines()]
        path.write_text(json.dumps(records[::-1]))
        (outcome,) = laboratory.ingest(path).sources
    said = outcome.note or ""
    assert (
        f"what it held before still counts: 'analyzer forget {path} --generation 1' if it holds it again"
        in said
    )
    forget(laboratory.connection, [str(path)], 1)
    assert laboratory.rows("SELECT count(*), count(DISTINCT request_id) FROM events") == [(80, 80)]
