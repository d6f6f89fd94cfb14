"""Nights from their logs to their files, with the real store, queries and page, and a clock under control."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analyzer.errors import LockedError
from analyzer.night.lock import NIGHTS, TakenError, held
from tests.night.house import House, lines


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """Return a house with two days of requests in its log, the second one worse."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    house = House(tmp_path / "work")
    house.log.write_text(
        lines("2026-10-24T00:00:00+02:00", 1440, 20) + lines("2026-10-25T00:00:00+02:00", 1500, 90),
        encoding="utf-8",
    )
    return house


def test_a_day_of_25_hours_is_counted_whole(house: House) -> None:
    """On the day the clocks go back, 25 hours of requests belong to the day and none to its neighbours."""
    house.has_page = True
    found = house.night("2026-10-25").summary
    assert found is not None
    counts = (found["requests"], found["failures"], found["before"]["requests"], found["before"]["failures"])
    assert counts == (1500, 90, 1440, 20)
    assert (found["since"], found["until"]) == ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")
    assert found["warnings"] == []
    assert len(found["bars"]) == 25
    assert {path.name for path in house.reports.iterdir()} >= {
        *("2026-10-25.html", "2026-10-25.json", "2026-10-25.md", "index.html"),
    }
    assert sum(bar["requests"] for bar in found["bars"]) == 1500
    assert [(error["failures"], error["failures_before"]) for error in found["grown"]] == [(90, 20)]


def test_a_second_call_changes_no_byte(house: House) -> None:
    """A day that is done is left as it is: files, store and record, also when the log has grown since."""
    assert house.night("2026-10-25").is_new
    with house.log.open("a", encoding="utf-8") as log:
        log.write(lines("2026-10-25T12:00:00+01:00", 5, 5))
    before = house.contents(["reports/*", "*.jsonl"])
    assert not house.night("2026-10-25").is_new
    assert house.contents(["reports/*", "*.jsonl"]) == before
    assert house.rows("SELECT subject, outcome FROM runs WHERE command = 'nightly'") == [
        ("2026-10-25", "done")
    ]


def test_force_takes_in_what_came_late(house: House) -> None:
    """With force the day is written anew, with the lines that came after."""
    house.night("2026-10-25")
    with house.log.open("a", encoding="utf-8") as log:
        log.write(lines("2026-10-25T12:00:00+01:00", 5, 5))
    found = house.night("2026-10-25", force=True)
    assert found.summary is not None
    assert found.summary["failures"] == 95


def test_what_came_after_a_night_is_told_by_the_next(house: House) -> None:
    """A log that is late by a day changes the day that was told of: that is said, with the way out."""
    house.night("2026-10-25")
    with house.log.open("a", encoding="utf-8") as log:
        log.write(lines("2026-10-25T12:00:00+01:00", 5, 2))
        log.write(lines("2026-10-26T12:00:00+01:00", 5, 1))
    house.night("2026-10-26")
    assert (
        house.said.count(
            "2026-10-25 has gained 5 requests and 2 failures since it was summarised; "
            "'analyzer nightly --date 2026-10-25 --force' writes it anew"
        )
        == 1
    )
    house.night("2026-10-25", force=True)
    house.said.clear()
    house.night("2026-10-26", force=True)
    assert not [line for line in house.said if "has gained" in line]


def test_a_day_that_is_not_over_is_not_done(house: House) -> None:
    """In the middle of the day the summary says so, and the next call goes on until the day is over."""
    noon = house.night("2026-10-25", "2026-10-25T12:00:00+00:00")
    assert noon.summary is not None
    assert "not_over" in noon.summary["warnings"]
    assert house.nights() == [("2026-10-25", "partial")]
    house.night("2026-10-25")
    assert house.nights() == [("2026-10-25", "done")]


def test_data_that_ends_early_is_told(house: House) -> None:
    """Where the last event lies hours before the day's end, the page says it in plain words."""
    house.log.write_text(lines("2026-10-24T00:00:00+02:00", 600, 20), encoding="utf-8")
    outcome = house.night("2026-10-24")
    assert outcome.summary is not None
    assert outcome.summary["warnings"] == ["no_data_before", "ends_early"]
    assert "ends early, at 24 Oct 2026 09:59" in outcome.files.markdown.read_text(encoding="utf-8")


def test_a_log_that_fell_silent_is_named(house: House) -> None:
    """One of two logs stops in the afternoon, another is gone all day: both are said."""
    house.configure("")
    text = (house.folder / "analyzer.toml").read_text().replace('["a.jsonl"]', '["*.jsonl"]')
    (house.folder / "analyzer.toml").write_text(text)
    (house.folder / "b-2026-10-24.jsonl").write_text(lines("2026-10-24T00:00:00+02:00", 1440, 1, "a.1"))
    (house.folder / "b-2026-10-25.jsonl").write_text(lines("2026-10-25T00:00:00+02:00", 900, 2, "b.1"))
    (house.folder / "c.jsonl").write_text(lines("2026-10-24T00:00:00+02:00", 1440, 3, "c.1"))
    outcome = house.night("2026-10-25")
    assert outcome.summary is not None
    named = [(Path(one["stream"]).name, one["last"]) for one in outcome.summary["silent"]]
    assert named == [("b-#-#-#.jsonl", "2026-10-25T13:59:00+01:00"), ("c.jsonl", None)]
    assert "has been silent since 25 Oct 2026 13:59" in outcome.files.markdown.read_text(encoding="utf-8")


def test_a_day_without_data_is_told(house: House) -> None:
    """An empty day is no error, and nothing is compared with it."""
    outcome = house.night("2026-10-20")
    assert outcome.summary is not None
    assert outcome.summary["warnings"] == ["no_data", "no_data_before"]
    assert (outcome.summary["gone"], outcome.summary["verdict"]) == ([], "no_data")


def test_a_first_night_over_logs_that_are_still_empty_is_done(tmp_path: Path) -> None:
    """Nothing was ever logged: that is told, remembered, and no reason to try again for ever."""
    house = House(tmp_path / "new")
    house.log.write_text("")
    outcome = house.night("2026-10-25")
    assert outcome.summary is not None
    assert outcome.summary["verdict"] == "no_data"
    assert house.nights() == [("2026-10-25", "done")]


def test_the_usual_range_needs_history(house: House) -> None:
    """With four Sundays before it, a day stands beside their range; the fifth is worse than all of them."""
    days = [(datetime(2026, 9, 27, tzinfo=UTC) + timedelta(days=7 * week), 10 + week) for week in range(4)]
    house.zone = "UTC"
    house.configure("")
    house.log.write_text(
        "".join(lines(day.isoformat(), 1440, failures) for day, failures in days)
        + lines("2026-10-25T00:00:00+00:00", 1440, 90)
    )
    found = house.night("2026-10-25").summary
    assert found is not None
    assert found["usual"]["failures"] == {"low": 10, "median": 11.5, "high": 13}
    assert (found["usual"]["periods"], found["verdict"]) == (4, "worse")
    assert house.night("2026-10-11").summary["usual"]["failures"] is None  # type: ignore[index]


def test_an_outage_is_found_to_the_five_minutes(house: House) -> None:
    """Forty minutes in which most requests fail are the verdict, with what most of them were."""
    house.zone = "UTC"
    house.configure("[thresholds]\noutage = true\n")
    house.log.write_text(
        lines("2026-10-25T00:00:00+00:00", 780, 3, every=10)
        + lines("2026-10-25T02:10:00+00:00", 240, 200, "ModelArts.81110", every=10)
        + lines("2026-10-25T02:50:00+00:00", 7000, 10, every=10)
    )
    outcome = house.night("2026-10-25")
    assert outcome.summary is not None
    (outage,) = outcome.summary["outages"]
    assert (outage["since"], outage["until"]) == ("2026-10-25T02:10:00+00:00", "2026-10-25T02:45:00+00:00")
    assert outage["error"]["code"] == "ModelArts.81110"
    assert outcome.crossed == ("outage",)
    assert "Outage from 02:10 to 02:45" in outcome.files.markdown.read_text(encoding="utf-8")


def test_an_error_is_new_once(house: House) -> None:
    """What the store never saw is called so; what was only away yesterday is called seen before."""
    house.zone = "UTC"
    house.configure("[thresholds]\nnew_errors = 1\n")
    house.log.write_text(
        lines("2026-10-22T00:00:00+00:00", 1440, 5, "ModelArts.81003")
        + lines("2026-10-23T00:00:00+00:00", 1440, 5)
        + lines("2026-10-24T00:00:00+00:00", 1440, 5, "ModelArts.81003")
        + lines("2026-10-25T00:00:00+00:00", 1440, 5, "strange")
    )
    back = house.night("2026-10-24").summary
    assert back is not None
    assert [(error["never_seen"], error["seen_before"]) for error in back["new"]] == [
        (False, "2026-10-22T00:04:00+00:00")
    ]
    assert (back["verdict"], back["crossed"]) == ("quiet", [])
    new = house.night("2026-10-25")
    assert new.summary is not None
    assert new.summary["verdict"] == "new_error"
    assert new.crossed == ("new_errors is 1 (threshold: 1)",)


def test_a_known_code_in_another_wording_is_known_since_the_code_was(house: House) -> None:
    """It is no new error, and its day is that of the code's last failure."""
    house.zone = "UTC"
    known = lines("2026-10-22T00:00:00+00:00", 1440, 5, "ModelArts.81110").replace("429", "500")
    other = known.replace("2026-10-22", "2026-10-24").replace("Too many requests.", "In words of its own.")
    quiet = lines("2026-10-23T00:00:00+00:00", 1440, 5)
    house.log.write_text(known.replace("Too many requests.", "Server process timeout.") + quiet + other)
    house.night("2026-10-22")
    outcome = house.night("2026-10-24")
    assert outcome.summary is not None
    told = [(error["never_seen"], error["seen_before"][:10]) for error in outcome.summary["new"]]
    assert told == [(False, "2026-10-22")]


def test_a_first_night_of_nothing_but_failures_is_not_quiet(house: House) -> None:
    """Without anything to compare with, that most requests fail is not usual."""
    house.zone = "UTC"
    house.log.write_text(lines("2026-10-25T00:00:00+00:00", 40, 40, "ModelArts.81101"))
    outcome = house.night("2026-10-25")
    assert outcome.summary is not None
    assert outcome.summary["verdict"] == "worse"
    assert "Most requests fail: 100% of 40 requests failed." in outcome.files.markdown.read_text(
        encoding="utf-8"
    )


def test_a_machine_that_slept_three_nights_catches_up(house: House) -> None:
    """The nights it slept through are run in their order, and each once."""
    house.due("2026-10-22T00:30:00+02:00")
    found = house.due("2026-10-26T08:00:00+01:00")
    assert [one.period.name for one in found] == ["2026-10-22", "2026-10-23", "2026-10-24", "2026-10-25"]
    assert house.due("2026-10-26T09:00:00+01:00") == []
    assert house.nights() == [(f"2026-10-{day}", "done") for day in range(21, 26)]


def test_what_is_too_long_ago_is_missed_and_said(house: House) -> None:
    """Beyond the bound nights are not made up for; it is said, once, and is recorded."""
    house.configure("catch_up = 2\n")
    house.due("2026-10-20T00:30:00+02:00")
    house.said.clear()
    found = house.due("2026-10-26T08:00:00+01:00")
    assert [one.period.name for one in found] == ["2026-10-24", "2026-10-25"]
    assert [line for line in house.said if "no summary" in line] == [
        "nightly: no summary of 2026-10-20 to 2026-10-23: longer ago than catch_up = 2; "
        "'analyzer nightly --period nightly --date 2026-10-20' makes one"
    ]
    first = found[0].summary
    assert first is not None
    assert first["missed"] == [f"2026-10-{day}" for day in range(20, 24)]
    assert "because the machine was off: 2026-10-20, " in found[0].files.markdown.read_text(encoding="utf-8")
    house.said.clear()
    house.due("2026-10-27T08:00:00+01:00")
    assert not [line for line in house.said if "no summary" in line]
    assert house.nights()[1:5] == [(f"2026-10-{day}", "missed") for day in range(20, 24)]


@pytest.mark.parametrize(
    ("zone", "moments", "periods"),
    [
        (
            "Europe/Berlin",
            ["2026-03-28T00:30:00+01:00", "2026-03-29T00:30:00+01:00", "2026-03-30T00:30:00+02:00"],
            ["2026-03-27", "2026-03-28", "2026-03-29"],
        ),
        (
            "America/New_York",
            ["2026-11-01T00:30:00-04:00", "2026-11-02T00:30:00-05:00", "2026-11-03T00:30:00-05:00"],
            ["2026-10-31", "2026-11-01", "2026-11-02"],
        ),
        ("UTC", ["2028-02-29T00:30:00+00:00", "2028-03-01T00:30:00+00:00"], ["2028-02-28", "2028-02-29"]),
    ],
)
def test_every_night_around_a_switch_is_run_once(
    house: House, zone: str, moments: list[str], periods: list[str]
) -> None:
    """On both days of a clock change and on a leap day, half past midnight is about the day that ended."""
    house.zone = zone
    house.configure("")
    assert [one.period.name for moment in moments for one in house.due(moment)] == periods


def test_a_day_of_which_half_is_stored_is_not_a_usual_one(house: House) -> None:
    """The logs begin at noon four weeks ago: that day counts for nothing, the three after it do."""
    house.zone = "UTC"
    house.configure("")
    days = [f"2026-10-{day:02d}" for day in (8, 15, 22, 29)]
    house.log.write_text(
        lines("2026-10-01T12:00:00+00:00", 5, 5)
        + "".join(lines(f"{day}T00:00:00+00:00", 100, 10) for day in days)
    )
    usual = house.night("2026-10-29").summary["usual"]  # type: ignore[index]
    assert (usual["periods"], usual["failures"]["low"]) == (3, 10)


def test_weeks_and_months_are_summarised_alike(house: House) -> None:
    """On the first of a month that is a Monday, the day, the week and the month before it are all due."""
    house.zone = "UTC"
    house.configure('summaries = ["nightly", "weekly", "monthly"]\n')
    house.log.write_text(
        lines("2026-02-20T00:00:00+00:00", 1440, 7) + lines("2026-02-28T00:00:00+00:00", 700, 3)
    )
    found = house.due("2026-03-02T00:30:00+00:00")
    assert [one.period.name for one in found] == ["2026-03-01", "2026-W09", "2026-02"]
    failures = [one.summary["failures"] for one in found if one.summary is not None]
    assert failures == [0, 3, 10]
    assert [len(one.summary["bars"]) for one in found if one.summary is not None] == [24, 28, 28]


def test_a_step_that_fails_is_tried_again_and_gone_on_with(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What failed is tried again with growing pauses; the next call goes on with that step."""
    from analyzer.night import steps

    real = steps.known_of
    calls: list[int] = []

    def locked(*arguments: object, **options: object) -> object:
        calls.append(1)
        raise LockedError("the database is in use by process 1")

    monkeypatch.setattr(steps, "known_of", locked)
    outcome = house.night("2026-10-25")
    assert (outcome.outcome, len(calls), house.waited) == ("failed", 3, [2.0, 10.0])
    steps_found = "SELECT step, outcome, attempts FROM night_steps ORDER BY position"
    assert house.rows(steps_found) == [("ingest", "done", 1), ("summary", "failed", 3)]
    monkeypatch.setattr(steps, "known_of", real)
    assert [one.outcome for one in house.due("2026-10-26T08:00:00+01:00")] == ["done"]
    assert house.rows(steps_found) == [("ingest", "done", 2), ("summary", "done", 4)]


def test_a_file_that_cannot_be_read_leaves_the_day_open(house: House) -> None:
    """The summary is written without the damaged file and says so, and the day is not done."""
    (house.folder / "b.jsonl.gz").write_bytes(b"\x1f\x8b\x08\x00half a file")
    text = (house.folder / "analyzer.toml").read_text().replace('["a.jsonl"]', '["*.jsonl*"]')
    (house.folder / "analyzer.toml").write_text(text)
    outcome = house.night("2026-10-25")
    assert (outcome.unread, house.nights()) == (1, [("2026-10-25", "partial")])
    assert "One file could not be read" in outcome.files.markdown.read_text(encoding="utf-8")


def test_one_process_at_a_time(house: House) -> None:
    """While the lock is held nobody else runs nights, and who holds it is said; afterwards it is gone."""
    with (
        held(house.database, NIGHTS, datetime.now(UTC)),
        pytest.raises(TakenError, match=r"process \d+ since"),
    ):
        house.night("2026-10-25")
    assert not list(house.folder.glob(".*.lock"))
    assert house.night("2026-10-25").outcome == "done"
