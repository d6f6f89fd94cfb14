"""Which files a person means."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from analyzer.errors import MissingPathError
from analyzer.source.find import find_sources


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with logs, other files and folders."""
    for name in (
        *(
            "a.log",
            "b.jsonl",
            "c.ndjson",
            "access_log",
            "app.log.1",
            "app.log.2.gz",
            "app.log-20261120",
            "deep/d.log",
        ),
        *("notes.md", "picture.png", ".hidden.log", ".git/e.log", "program.py"),
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x\n")
    (tmp_path / "lines.json").write_text('{"a":1}\n{"a":2}\n')
    (tmp_path / "document.json").write_text('{\n "a": 1\n}\n')
    return tmp_path


def test_a_folder_stands_for_its_logs(folder: Path) -> None:
    """Logs of any depth by their names, in order; others are passed over by name, hidden ones are not."""
    found, passed_over = find_sources([str(folder)])
    assert [Path(name).relative_to(folder).as_posix() for name in found] == [
        *(
            "a.log",
            "access_log",
            "app.log-20261120",
            "app.log.1",
            "app.log.2.gz",
            "b.jsonl",
            "c.ndjson",
            "deep/d.log",
        ),
        "lines.json",
    ]
    assert sorted(Path(name).name for name in passed_over) == [
        "document.json",
        "notes.md",
        "picture.png",
        "program.py",
    ]


def test_a_file_is_read_whatever_its_name(folder: Path) -> None:
    """What a person names is meant, once, in the given order; `-` is standard input."""
    names = [str(folder / "notes.md"), "-", str(folder / "a.log"), str(folder / "notes.md")]
    assert find_sources(names) == ([names[0], "-", names[2]], [])


def test_a_glob_stands_for_what_it_matches(folder: Path) -> None:
    """Sorted, files only, with ** for any depth."""
    assert find_sources([f"{folder}/*.log"])[0] == [str(folder / "a.log")]
    assert find_sources([f"{folder}/**/*.log"])[0] == [str(folder / "a.log"), str(folder / "deep/d.log")]


def test_a_file_may_be_named_like_a_glob(tmp_path: Path) -> None:
    """A file that is there is no pattern."""
    path = tmp_path / "a[1].log"
    path.write_text("x\n")
    assert find_sources([str(path)])[0] == [str(path)]


@pytest.mark.parametrize("name", ["missing.log", "*.nothing", ""])
def test_what_is_not_there(folder: Path, name: str) -> None:
    """A missing file, and a glob without matches, are named."""
    with pytest.raises(MissingPathError, match=r"does not exist|holds no"):
        find_sources([str(folder / "deep" / name) if name else str(folder / "nothing")])


@pytest.mark.parametrize(
    "name",
    [
        *("a.log.zst", "a.log.1.bz2", "a.jsonl.xz", "access_log.gz", "access_log-20261120.gz", "syslog.2.gz"),
        *(
            "a.log.old",
            "catalina.2026-11-20.log",
            "a.log.2026-11-20_08",
            "a.csv",
            "a.tsv.gz",
            "a.parquet",
            "a.har",
        ),
        *("a.zip", "a.tar", "a.tgz", "a.tar.zst", "a.tar.gz", "E2ABC.2026-11-20-08.4a6f1b2c.gz", "A.LOG"),
    ],
)
def test_names_of_logs(tmp_path: Path, name: str) -> None:
    """Packed, rotated and archived logs are found in a folder."""
    (tmp_path / name).write_bytes(b"x\n")
    assert find_sources([str(tmp_path)])[0] == [str(tmp_path / name)]


@pytest.mark.parametrize(
    "name", ["dump.sql.gz", "photo.jpg", "page.html", "module.py", "Makefile", "a.md.zst"]
)
def test_names_of_other_files(tmp_path: Path, name: str) -> None:
    """What is named like something else is passed over."""
    for each in (name, "a.log"):
        (tmp_path / each).write_bytes(b"x\n")
    assert find_sources([str(tmp_path)]) == ([str(tmp_path / "a.log")], [str(tmp_path / name)])


def test_packed_json_is_looked_into(tmp_path: Path) -> None:
    """A packed JSON document is no log either, unless it is a list of what tells a time."""
    (tmp_path / "lines.json.gz").write_bytes(gzip.compress(b'{"a":1}\n{"a":2}\n'))
    (tmp_path / "document.json.gz").write_bytes(gzip.compress(b'{\n "a": 1\n}\n'))
    (tmp_path / "exported.json.gz").write_bytes(gzip.compress(b'[\n {"time": 1, "status": 200}\n]\n'))
    (tmp_path / "aws.json").write_bytes(b'{\n "events": [\n  {"timestamp": 1, "message": "x"}\n]}\n')
    (tmp_path / "settings.json").write_bytes(b'[{"name": "a", "value": 1}]')
    found, passed_over = find_sources([str(tmp_path)])
    assert [Path(name).name for name in found] == ["aws.json", "exported.json.gz", "lines.json.gz"]
    assert [Path(name).name for name in passed_over] == ["document.json.gz", "settings.json"]


def test_a_folder_without_logs(tmp_path: Path) -> None:
    """A folder that holds none is named, with what a log is called."""
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(MissingPathError, match=r"holds no log files.*\*\.log"):
        find_sources([str(tmp_path)])
