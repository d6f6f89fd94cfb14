"""Reading beside writers: shared, bounded in time, and never in a writer's way for long."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.errors import LockedError
from analyzer.store.open import open_writer
from analyzer.web import answers as answers_module
from analyzer.web import reading as reading_module
from analyzer.web.answers import Answers, BusyError
from analyzer.web.reading import OverdueError, Reading, StoppingError

ENDLESS = "SELECT count(*) FROM range(1000000) AS a, range(1000000) AS b WHERE hash(a.range + b.range) = 0"
WRITE = (
    "import sys, pathlib; from analyzer.store.open import open_writer; "
    "open_writer(pathlib.Path(sys.argv[1]), 8).close()"
)
HOLD = (
    "import pathlib, sys; from analyzer.store.open import open_writer; "
    "held = open_writer(pathlib.Path(sys.argv[1]), 20); print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """Return a store without events."""
    open_writer(tmp_path / "store.duckdb", create=True).close()
    return tmp_path / "store.duckdb"


@contextmanager
def held(database: Path) -> Iterator[int]:
    """Let another process hold the database for writing; yields its number."""
    command = [sys.executable, "-c", HOLD, str(database)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    assert process.stdin is not None
    process.stdout.readline()
    yield process.pid
    process.stdin.close()
    process.wait(10)
    process.stdout.close()


def test_work_that_overlaps_shares_one_instance_and_its_zone(database: Path) -> None:
    """Two cursors at a time, both in the zone, and the file is free after the last one."""
    reading = Reading(database, "Asia/Shanghai")
    with reading.connection() as first, reading.connection() as second:
        for cursor in (first, second):
            assert cursor.execute("SELECT current_setting('TimeZone')").fetchall() == [("Asia/Shanghai",)]
    open_writer(database, 0).close()


def test_endless_work_is_interrupted(database: Path) -> None:
    """When its time is up a statement ends, and so does every further one of the same work."""
    started = time.monotonic()

    def twice(one: Any) -> None:
        with suppress(duckdb.Error):
            one.execute(ENDLESS).fetchall()
        one.execute(ENDLESS).fetchall()

    with (
        pytest.raises(OverdueError, match="longer than"),
        Reading(database, "UTC").connection(seconds=0.3) as one,
    ):
        twice(one)
    assert time.monotonic() - started < 5
    open_writer(database, 0).close()


def test_nothing_can_be_written_or_read_besides(database: Path, tmp_path: Path) -> None:
    """The connection changes nothing, and reaches no other file."""
    with Reading(database, "UTC").connection() as cursor:
        for statement in (
            "DELETE FROM stored.event",
            f"COPY (SELECT 1) TO '{tmp_path / 'x.csv'}'",
            f"SELECT * FROM read_text('{__file__}')",
            "SET lock_configuration = false",
            "ATTACH ':memory:' AS other",
        ):
            with pytest.raises(Exception, match=r"(?i)read-only|disabled|locked|not allowed|permission"):
                cursor.execute(statement)


def test_a_stop_ends_what_runs(database: Path) -> None:
    """Work under way is interrupted, and nothing new begins."""
    reading = Reading(database, "UTC")
    threading.Timer(0.2, reading.stop).start()
    with pytest.raises(StoppingError), reading.connection() as cursor:
        cursor.execute(ENDLESS).fetchall()
    with pytest.raises(StoppingError), reading.connection():
        pass


def test_a_writer_gets_its_turn_among_many_readers(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However closely readers follow one another, a writer that waits gets in."""
    monkeypatch.setattr(reading_module, "LONGEST_HOLD_SECONDS", 0.5)
    reading, done = Reading(database, "UTC"), threading.Event()

    def read() -> None:
        while not done.is_set():
            with reading.connection(wait_seconds=5):
                time.sleep(0.05)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    try:
        subprocess.run([sys.executable, "-c", WRITE, str(database)], check=True, timeout=20)
    finally:
        done.set()
        for reader in readers:
            reader.join()


def asked(database: Path, conversation: Any) -> None:
    """Run a conversation with the answers about `database`."""

    async def whole() -> None:
        answers = Answers(Reading(database, "UTC"), 0.3)
        try:
            await conversation(answers)
        finally:
            answers.close()

    asyncio.run(whole())


def test_the_same_question_is_worked_out_once(database: Path) -> None:
    """Those who ask at the same time share one answer, and the next one has it kept."""
    worked: list[int] = []

    def work(connection: object) -> str:
        worked.append(1)
        time.sleep(0.1)
        return "answer"

    async def conversation(answers: Answers) -> None:
        got = await asyncio.gather(*(answers.get("key", work) for _ in range(20)))
        assert {one.value for one in got} == {"answer"}
        await answers.get("key", work)
        assert len(worked) == 1

    asked(database, conversation)


def test_the_last_good_answer_is_given_while_a_writer_holds_the_file(
    database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It says why it is old; without one the wait ends in an error that names the holder."""
    monkeypatch.setattr(answers_module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(answers_module, "REST_FACTOR", 0.0)
    monkeypatch.setattr(answers_module, "LOCK_SECONDS", 0.2)
    monkeypatch.setattr(answers_module, "AGAIN_SECONDS", 0.0)

    async def conversation(answers: Answers) -> None:
        good = await answers.get("key", lambda connection: "good")
        with held(database) as holder:
            with closing(database.open("ab")):
                database.touch()
            old = await answers.get("key", lambda connection: "new")
            assert (old.value, old.read_at) == ("good", good.read_at)
            assert f"process {holder}" in str(old.problem)
            with pytest.raises(LockedError, match=f"process {holder}"):
                await answers.get("other", lambda connection: "new")
        new = await answers.get("key", lambda connection: "new")
        assert (new.value, new.problem) == ("new", None)

    asked(database, conversation)


def test_the_last_good_answer_outlives_the_file(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the store is gone, what was read of it is given, and says so; it is not tried each time."""
    monkeypatch.setattr(answers_module, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(answers_module, "REST_FACTOR", 0.0)

    async def conversation(answers: Answers) -> None:
        await answers.get("key", lambda connection: "good")
        database.unlink()
        for _ in range(3):
            old = await answers.get("key", lambda connection: "new")
            assert (old.value, str(old.problem).startswith("there is no database")) == ("good", True)

    asked(database, conversation)


def test_what_is_kept_is_bounded(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The answers that were not asked for longest go first."""
    monkeypatch.setattr(answers_module, "CACHE_ANSWERS", 3)

    async def conversation(answers: Answers) -> None:
        for key in "abcad":
            await answers.get(key, lambda connection: 1)
        assert [key for key in "abcd" if answers.held(key)] == ["a", "c", "d"]

    asked(database, conversation)


def test_no_more_wait_than_may(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When too many answers are being worked out, the next one is refused at once."""
    monkeypatch.setattr(answers_module, "WAITING_WORKS", 2)

    async def conversation(answers: Answers) -> None:
        first = [asyncio.create_task(answers.get(key, lambda connection: time.sleep(0.3))) for key in "ab"]
        await asyncio.sleep(0.05)
        with pytest.raises(BusyError, match="try again"):
            await answers.get("c", lambda connection: 1)
        await asyncio.gather(*first)
        assert (await answers.get("c", lambda connection: 1)).value == 1

    asked(database, conversation)


def test_an_error_is_not_kept(database: Path) -> None:
    """Whoever asks next is answered anew."""

    def fails(connection: object) -> None:
        raise ValueError("no")

    async def conversation(answers: Answers) -> None:
        with pytest.raises(ValueError, match="no"):
            await answers.get("key", fails)
        assert (await answers.get("key", lambda connection: "yes")).value == "yes"

    asked(database, conversation)
