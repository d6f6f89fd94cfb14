"""Logs that rotate while they are followed: each request is stored once, whatever happens to the files.

The cases are those that collectors of logs publish for themselves: rotation by rename and by copy and
truncation, truncation, a reload in the midst of it, positions that outlive the process.
"""

from __future__ import annotations

import random
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.crash.stores import requests, stored_requests

LONG_ENOUGH = 60.0


class Writer:
    """A program that logs requests with numbers that count up, and rotates its log."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.number = 0

    def write(self, count: int, path: Path | None = None) -> None:
        """Append so many requests, the first of them in two pieces."""
        text = requests(self.number, self.number + count)
        self.number += count
        for piece in (text[:50], text[50:]):
            with (path or self.path).open("a") as file:
                file.write(piece)

    def rename(self) -> Path:
        """Rotate by rename; the next write creates the log anew."""
        old = self.path.with_name(f"{self.path.name}.{self.number}")
        return self.path.rename(old)

    def copy_and_truncate(self) -> None:
        """Rotate by copy and truncation."""
        shutil.copy(self.path, self.path.with_name(f"{self.path.name}.{self.number}"))
        with self.path.open("r+") as file:
            file.truncate()

    def written(self) -> list[str]:
        """Return the ids of all requests."""
        return [f"r-{number:06}" for number in range(self.number)]


@pytest.fixture
def writer(tmp_path: Path) -> Writer:
    """A writer whose log holds 20 requests."""
    (tmp_path / "logs").mkdir()
    found = Writer(tmp_path / "logs" / "a.log")
    found.write(20)
    return found


@pytest.fixture
def follow(tmp_path: Path, start: Callable[..., Any]) -> Callable[..., Any]:
    """Return a context in which paths are followed; it ends as the signal says, and yields the process."""

    @contextmanager
    def following(*paths: str | Path, end: int = signal.SIGTERM, **options: Any) -> Iterator[Any]:
        process = start("ingest", "--follow", "--every", "0.3", "--db", "a.duckdb", *paths, **options)
        try:
            yield process
        finally:
            process.send_signal(end)
            process.out, process.errors = process.communicate(timeout=LONG_ENOUGH)

    return following


def wait_for(writer: Writer, database: Path) -> None:
    """Wait until all that was written is stored, and see that it is stored once."""
    last = time.monotonic() + LONG_ENOUGH
    while time.monotonic() < last:
        if database.exists() and stored_requests(database) == writer.written():
            return
        time.sleep(0.3)
    assert stored_requests(database) == writer.written()


def test_rotation_by_rename(tmp_path: Path, writer: Writer, follow: Callable[..., Any]) -> None:
    """The renamed file's last lines are read, though only the log's own name is followed."""
    database = tmp_path / "a.duckdb"
    with follow(writer.path) as process:
        wait_for(writer, database)
        old = writer.rename()
        writer.write(15, old)
        writer.write(30)
        writer.write(5, old)
        wait_for(writer, database)
    assert process.returncode == 0, process.errors
    assert f"following {writer.path} (1 file now)" in process.errors
    assert "is another file now; the last lines of the one before are read too" in process.errors
    assert "70 lines = 70 events" in process.out


def test_rotation_by_copy_and_truncation(tmp_path: Path, writer: Writer, follow: Callable[..., Any]) -> None:
    """The copies add nothing; what is written after the truncation is a new generation, and it is said."""
    database = tmp_path / "a.duckdb"
    with follow(writer.path.parent) as process:
        for _ in range(3):
            wait_for(writer, database)
            writer.copy_and_truncate()
            writer.write(40)
        wait_for(writer, database)
    assert process.returncode == 0, process.errors
    assert "taken as a new file (generation 2)" in process.errors


def test_a_log_refilled_beyond_its_old_size(
    tmp_path: Path, writer: Writer, follow: Callable[..., Any]
) -> None:
    """Truncated and filled with more than before between two looks: read from its start."""
    database = tmp_path / "a.duckdb"
    with follow(writer.path):
        wait_for(writer, database)
        text = requests(writer.number, writer.number + 100)
        writer.number += 100
        with writer.path.open("r+") as file:
            file.truncate()
            file.write(text)
        wait_for(writer, database)


def test_a_log_that_vanishes_and_comes_back(
    tmp_path: Path, writer: Writer, follow: Callable[..., Any]
) -> None:
    """A deleted log's last lines are read; the log that comes under its name is another one."""
    database = tmp_path / "a.duckdb"
    with follow(writer.path), writer.path.open("a") as held:
        wait_for(writer, database)
        writer.path.unlink()
        held.write(requests(writer.number, writer.number + 10))
        held.flush()
        writer.number += 10
        wait_for(writer, database)
        writer.write(10)
        wait_for(writer, database)


def test_a_new_log_in_a_glob(tmp_path: Path, writer: Writer, follow: Callable[..., Any]) -> None:
    """A glob and a folder are looked through again and again."""
    database = tmp_path / "a.duckdb"
    with follow(str(writer.path.parent / "*.log")) as process:
        wait_for(writer, database)
        writer.write(30, writer.path.with_name("b.log"))
        wait_for(writer, database)
    assert "b.log is new and followed" in process.errors


@pytest.mark.parametrize("kills", [4, pytest.param(20, marks=pytest.mark.proof)])
def test_killed_while_the_log_rotates(
    tmp_path: Path, writer: Writer, follow: Callable[..., Any], kills: int
) -> None:
    """Killed at seeded moments between writes and rotations, and started again: each request once."""
    chance = random.Random(kills)
    for _ in range(kills):
        with follow(writer.path.parent, end=signal.SIGKILL):
            last = time.monotonic() + 0.8 + chance.random() * 2
            while time.monotonic() < last:
                writer.write(chance.randrange(1, 60))
                if chance.random() < 0.15:
                    writer.rename() if chance.random() < 0.5 else writer.copy_and_truncate()
                    writer.write(1 + chance.randrange(5))
                time.sleep(0.05)
    with follow(writer.path.parent):
        wait_for(writer, tmp_path / "a.duckdb")


def test_standard_input_is_followed(tmp_path: Path, writer: Writer, follow: Callable[..., Any]) -> None:
    """A pipe is stored as it comes, and once though it is piped in from its start again."""
    database = tmp_path / "a.duckdb"
    for _ in range(2):
        with follow("-", stdin=-1) as process:
            process.stdin.write(writer.path.read_text())
            process.stdin.flush()
            wait_for(writer, database)
            text = requests(writer.number, writer.number + 30)
            writer.write(30)
            process.stdin.write(text)
            process.stdin.flush()
            wait_for(writer, database)
        assert process.returncode == 0, process.errors
    assert "1 file read" in process.out


def test_a_reader_is_waited_for(
    tmp_path: Path, writer: Writer, follow: Callable[..., Any], start: Callable[..., Any]
) -> None:
    """While somebody reads the database nothing is lost; it is said once, with the holder's process id."""
    import duckdb

    database = tmp_path / "a.duckdb"
    with follow(writer.path, "--wait", "0.5") as process:
        wait_for(writer, database)
        reader = None
        while reader is None:
            try:
                reader = duckdb.connect(str(database), read_only=True)
            except duckdb.Error:
                time.sleep(0.05)
        writer.write(10)
        time.sleep(3)
        reader.close()
        wait_for(writer, database)
    assert process.errors.count("is in use by process") == 1
