"""Archives: each log in one is a source; what cannot be read is one line, and nothing is lost in silence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.cli import run
from analyzer.errors import SourceError
from analyzer.source.archive import archive_in, sampled
from analyzer.source.open import open_source
from analyzer.source.stream import PipeSource

LOG = b"".join(b"line %06d of a log\n" % number for number in range(30_000))
FILES = {"app/a.log": LOG, "app/b.log.1.gz": gzip.compress(LOG[:9000]), "c.jsonl": b'{"a":1}\n'}


def zipped(files: dict[str, bytes]) -> bytes:
    """Return a zip archive."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def tarred(files: dict[str, bytes], format: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar archive."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w", format=format) as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return target.getvalue()


KINDS: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "zip": zipped,
    "tar": tarred,
    "gnu.tar": lambda files: tarred(files, tarfile.GNU_FORMAT),
    "ustar": lambda files: tarred(files, tarfile.USTAR_FORMAT),
    "tgz": lambda files: gzip.compress(tarred(files), 1),
    "tar.bz2": lambda files: bz2.compress(tarred(files)),
    "tar.xz": lambda files: lzma.compress(tarred(files), preset=0),
}


def contents(path: Path) -> tuple[dict[str, bytes], list[str], list[str]]:
    """Return the bytes of an archive's files by name, its failures, and what was passed over."""
    found: dict[str, bytes] = {}
    failures: list[str] = []
    try:
        archive = archive_in(open_source(str(path)))
    except SourceError as error:
        return {}, [str(error)], []
    if archive is None:
        return {}, [], []
    for member in archive:
        try:
            if isinstance(member, SourceError):
                raise member
            assert member.compressed
            with member.stream() as stream:
                found[member.name.partition("!")[2]] = stream.read(len(LOG) + 1)
        except SourceError as error:
            failures.append(str(error))
    return found, failures, [name.partition("!")[2] for name in archive.passed_over]


@pytest.mark.parametrize("kind", KINDS)
class TestEachKind:
    """What holds of every archive, whatever it is called."""

    def test_its_files_are_sources(self, kind: str, tmp_path: Path) -> None:
        """Logs at any depth, packed ones too, named behind the archive; others are passed over by name."""
        path = tmp_path / "odd-name"
        path.write_bytes(
            KINDS[kind]({**FILES, "notes.md": b"x", ".hidden.log": b"x", "__MACOSX/._a.log": b"x"})
        )
        found, failures, others = contents(path)
        assert found == {"app/a.log": LOG, "app/b.log.1.gz": LOG[:9000], "c.jsonl": b'{"a":1}\n'}
        assert (failures, others) == ([], ["notes.md"])

    def test_an_only_file_is_meant(self, kind: str, tmp_path: Path) -> None:
        """Whatever its name; two without a log's name are not."""
        path = tmp_path / "x"
        path.write_bytes(KINDS[kind]({"export": LOG}))
        assert contents(path) == ({"export": LOG}, [], [])
        path.write_bytes(KINDS[kind]({"export": LOG, "LICENSE": b"x"}))
        assert contents(path) == ({}, [], ["export", "LICENSE"])

    def test_hostile_names(self, kind: str, tmp_path: Path) -> None:
        """Names cannot leave the archive's, nor the line they are printed on."""
        path = tmp_path / "x"
        path.write_bytes(KINDS[kind]({"../../etc/a\n\x1b[31m.log": b"x\n", "/b.log": b"y\n"}))
        found = contents(path)[0]
        assert sorted(found) == ["../../etc/a\\n\\x1b[31m.log", "b.log"]

    def test_cut_anywhere(self, kind: str, tmp_path: Path) -> None:
        """A cut archive always says so; what it gives before is whole."""
        whole = KINDS[kind](FILES)
        path = tmp_path / "x"
        # A tar archive ends with two empty blocks, padded; only before them is anything lost.
        last = len(whole) - (10_300 if kind in ("tar", "gnu.tar", "ustar") else 1)
        for length in (600, len(whole) // 2, len(whole) - 12_000, last):
            if 512 <= length <= last:
                path.write_bytes(whole[:length])
                found, failures, _ = contents(path)
                assert failures, length
                assert all(text == LOG[: len(text)] or text == b'{"a":1}\n' for text in found.values())

    @pytest.mark.parametrize("seed", range(3))
    def test_damage_anywhere(self, kind: str, seed: int, tmp_path: Path) -> None:
        """Changed bytes raise nothing but SourceError."""
        whole, chance = KINDS[kind](FILES), random.Random(seed)
        path = tmp_path / "x"
        for _ in range(25):
            damaged = bytearray(whole)
            for _ in range(chance.randrange(1, 9)):
                damaged[chance.randrange(4, len(damaged))] = chance.randrange(256)
            path.write_bytes(damaged)
            assert all(str(path) in failure for failure in contents(path)[1])


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=2000), start=st.sampled_from([b"PK\x03\x04", b"PK\x05\x06", b""]))
def test_any_bytes_as_an_archive(data: bytes, start: bytes) -> None:
    """No bytes make it raise anything but SourceError."""
    try:
        archive = archive_in(PipeSource("-", io.BytesIO(start + data)))
        for member in archive or ():
            if not isinstance(member, SourceError):
                with member.stream() as stream:
                    stream.read(4000)
    except SourceError:
        pass


def test_a_pipe_may_hold_an_archive() -> None:
    """Standard input holds a zip or a tar archive as a file does."""
    for data in (zipped(FILES), KINDS["tgz"](FILES)):
        archive = archive_in(PipeSource("-", io.BytesIO(data)))
        assert archive is not None
        sizes = {}
        for member in archive:
            assert not isinstance(member, SourceError)
            with member.stream() as stream:
                sizes[member.name] = len(stream.read(1 << 20))
        assert sizes == {"-!app/a.log": len(LOG), "-!app/b.log.1.gz": 9000, "-!c.jsonl": 8}


def test_an_encrypted_file_is_named(tmp_path: Path) -> None:
    """An encrypted file is a failure of its own; the others are read."""
    data = bytearray(zipped({"a.log": LOG, "b.log": LOG}))
    for mark in (b"PK\x01\x02", b"PK\x03\x04"):
        place = data.find(mark)
        data[place + (8 if mark == b"PK\x01\x02" else 6)] |= 1
    (tmp_path / "x.zip").write_bytes(data)
    found, failures, _ = contents(tmp_path / "x.zip")
    assert list(found) == ["b.log"]
    assert "x.zip!a.log: is encrypted" in failures[0]


def test_what_stands_behind_a_tar_archive(tmp_path: Path) -> None:
    """Two archives one behind the other are not taken for one."""
    (tmp_path / "x.tar").write_bytes(tarred({"a.log": LOG}) + tarred({"b.log": LOG}))
    found, failures, _ = contents(tmp_path / "x.tar")
    assert list(found) == ["a.log"]
    assert "behind its end" in failures[0]


@pytest.mark.parametrize("mtime", ["nan", "1e300", "-1e300", "inf", "1.5"])
def test_hostile_times(tmp_path: Path, mtime: str) -> None:
    """A file's time can be anything, and is then none."""
    info = tarfile.TarInfo("a.log")
    info.size, info.pax_headers = len(LOG), {"mtime": mtime}
    (tmp_path / "x.tar").write_bytes(
        info.tobuf(tarfile.PAX_FORMAT) + LOG + bytes(-len(LOG) % 512) + bytes(1024)
    )
    archive = archive_in(open_source(str(tmp_path / "x.tar")))
    assert archive is not None
    stats = [member.stat for member in archive if not isinstance(member, SourceError)]
    assert [stat[2] for stat in stats if stat] == [1_500_000_000 if mtime == "1.5" else 0]


def test_a_pipes_files_are_never_known_unread() -> None:
    """Two archives through a pipe may look alike from outside: their bytes tell."""
    archive = archive_in(PipeSource("-", io.BytesIO(tarred({"a.log": LOG}))))
    assert archive is not None
    assert [member.stat for member in archive if not isinstance(member, SourceError)] == [None]


def test_links_are_passed_over(tmp_path: Path) -> None:
    """A link's target is read where it stands, and never outside."""
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w") as archive:
        for name, kind in (
            ("a.log", tarfile.SYMTYPE),
            ("b.log", tarfile.LNKTYPE),
            ("c.log", tarfile.FIFOTYPE),
        ):
            info = tarfile.TarInfo(name)
            info.type, info.linkname = kind, "/etc/passwd"
            archive.addfile(info)
    (tmp_path / "x.tar").write_bytes(target.getvalue())
    assert contents(tmp_path / "x.tar") == ({}, [], ["a.log", "b.log", "c.log"])


def test_a_format_is_told_by_the_first_log(tmp_path: Path) -> None:
    """Lines for telling a format come from the first log of an archive; without one that is said."""
    for data in (zipped({"a.md": b"x", **FILES}), KINDS["tgz"]({"a.md": b"x", **FILES})):
        (tmp_path / "x").write_bytes(data)
        assert sampled(open_source(str(tmp_path / "x")))[0] == "line 000000 of a log"
    (tmp_path / "x").write_bytes(zipped({}))
    with pytest.raises(SourceError, match="holds no log files"):
        sampled(open_source(str(tmp_path / "x")))


def test_a_log_is_no_archive(tmp_path: Path) -> None:
    """Text of any length is a log."""
    for size in (0, 10, 512, 5000):
        (tmp_path / "a.log").write_bytes(LOG[:size])
        assert archive_in(open_source(str(tmp_path / "a.log"))) is None


def test_detecting_an_archives_format_looks_at_its_first_log(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`formats detect` reads the log, and not the archive's own bytes."""
    line = b'{"ts":"2026-11-20T08:00:00Z","status":200,"model":"m","request_id":"a"}\n'
    (tmp_path / "logs.tar").write_bytes(KINDS["tgz"]({"a.log": line * 20}))
    assert run(["formats", "detect", str(tmp_path / "logs.tar")]) == 0
    assert capsys.readouterr().out.startswith("ndjson\n")
