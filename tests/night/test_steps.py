"""A night from its logs to its files, with the real store, queries and page."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analyzer.api import Store
from analyzer.config import Configuration
from analyzer.night.day import chosen_day
from analyzer.night.steps import Night, Outcome, run_night

LATER = datetime(2026, 11, 25, tzinfo=UTC)
ZONE = "Europe/Berlin"


def lines(start: str, count: int, failures: int, code: str = "ModelArts.81101") -> str:
    """Write `count` requests, one a minute from `start` on, the first `failures` of them failed."""
    first = datetime.fromisoformat(start)
    written = []
    for number in range(count):
        record = {
            "ts": (first + timedelta(minutes=number)).isoformat(),
            "method": "POST",
            "path": "/v1/chat",
            "status": 200,
        }
        if number < failures:
            record |= {"status": 429, "error": {"code": code, "message": "Too many requests."}}
        written.append(json.dumps(record) + "\n")
    return "".join(written)


class House:
    """A folder with logs, and the nights in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.log = folder / "a.jsonl"
        configuration = Configuration(time_zone=ZONE, reports=folder / "reports", ingest=(str(self.log),))
        self.store = Store(folder / "a.duckdb", configuration=configuration)

    def night(self, day: str, now: datetime = LATER, force: bool = False) -> Outcome:
        """Run the night of a day."""
        night = Night(chosen_day(day, ZONE, now), self.store.path, self.folder / "reports", "en", 5.0)
        return run_night(night, self.store, self.ingest, now, force)

    def ingest(self) -> int:
        """Read the log; return how many files could not be read."""
        return self.store.ingest([str(self.log)], create=True).count("failed")

    def runs(self) -> list[tuple[str, str]]:
        """Return subject and outcome of the nights that the store remembers."""
        found = self.store.query_sql(
            "SELECT subject, outcome FROM runs WHERE command = 'nightly' ORDER BY run_id"
        )
        return list(found.itertuples(index=False, name=None))

    def contents(self) -> dict[str, str]:
        """Return every file of the folder with the hash of its bytes."""
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.folder.rglob("*")
            if path.is_file()
        }


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house with two days of requests in its log, the second one worse."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    house = House(tmp_path / "work")
    house.folder.mkdir()
    house.log.write_text(
        lines("2026-10-24T00:00:00+02:00", 1440, 20) + lines("2026-10-25T00:00:00+02:00", 1500, 90),
        encoding="utf-8",
    )
    return house


def test_a_day_of_25_hours_is_counted_whole(house: House) -> None:
    """On the day the clocks go back, 25 hours of requests belong to the day and none to its neighbours."""
    found = house.night("2026-10-25").summary
    assert (
        found["requests"],
        found["failures"],
        found["before"]["requests"],
        found["before"]["failures"],
    ) == (1500, 90, 1440, 20)
    assert (found["since"], found["until"]) == ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")
    assert found["warnings"] == []
    assert [(error["failures"], error["failures_before"]) for error in found["grown"]] == [(90, 20)]


def test_a_second_call_changes_no_byte(house: House) -> None:
    """A day that is done is left as it is: files, store and record, also when the log has grown since."""
    assert house.night("2026-10-25").is_new
    with house.log.open("a", encoding="utf-8") as log:
        log.write(lines("2026-10-25T12:00:00+01:00", 5, 5))
    before = house.contents()
    assert not house.night("2026-10-25").is_new
    assert house.contents() == before
    assert house.runs() == [("2026-10-25", "done")]


def test_force_takes_in_what_came_late(house: House) -> None:
    """With force the day is written anew, with the lines that came after."""
    house.night("2026-10-25")
    with house.log.open("a", encoding="utf-8") as log:
        log.write(lines("2026-10-25T12:00:00+01:00", 5, 5))
    assert house.night("2026-10-25", force=True).summary["failures"] == 95
    assert house.runs() == [("2026-10-25", "done")] * 2


def test_a_day_that_is_not_over_is_not_done(house: House) -> None:
    """In the middle of the day the summary says so, and the next call goes on until the day is over."""
    noon = datetime(2026, 10, 25, 12, tzinfo=UTC)
    assert "not_over" in house.night("2026-10-25", noon).summary["warnings"]
    assert house.night("2026-10-25").summary["warnings"] == []
    assert house.runs() == [("2026-10-25", "partial"), ("2026-10-25", "done")]


def test_data_that_ends_early_is_told(house: House) -> None:
    """Where the last event lies hours before the day's end, the page says it in plain words."""
    house.log.write_text(lines("2026-10-24T00:00:00+02:00", 600, 20), encoding="utf-8")
    outcome = house.night("2026-10-24")
    assert outcome.summary["warnings"] == ["no_data_before", "ends_early"]
    assert "ends early, at 24 Oct 2026 09:59" in outcome.files.markdown.read_text(encoding="utf-8")


def test_a_day_without_data_is_told(house: House) -> None:
    """An empty day is no error, and nothing is compared with it."""
    outcome = house.night("2026-10-20")
    assert outcome.summary["warnings"] == ["no_data", "no_data_before"]
    assert outcome.summary["gone"] == []


def test_a_killed_night_is_run_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the page cannot be written, no file and no record is left, and the next call does the whole."""

    def killed(*arguments: object, **options: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(house.store, "report", killed)
        with pytest.raises(KeyboardInterrupt):
            house.night("2026-10-25")
    assert not list((house.folder / "reports").iterdir())
    assert house.runs() == []
    assert house.night("2026-10-25").is_new


def test_a_file_that_cannot_be_read_leaves_the_day_open(house: House) -> None:
    """The summary is written without the damaged file, and the day is not done."""
    damaged = house.folder / "b.jsonl.gz"
    damaged.write_bytes(b"\x1f\x8b\x08\x00half a file")
    house.ingest = lambda: house.store.ingest([str(house.log), str(damaged)], create=True).count("failed")  # type: ignore[method-assign]
    assert house.night("2026-10-25").unread == 1
    assert house.runs() == [("2026-10-25", "partial")]
