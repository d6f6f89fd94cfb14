"""The schedule: when the next night is, around clock changes, and what follows a failure."""

from __future__ import annotations

from datetime import datetime, time
from threading import Event
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from analyzer.night.forever import Forever
from analyzer.night.plan import Plan


@pytest.mark.parametrize(
    ("now", "at", "zone", "expected"),
    [
        ("2026-11-22T00:29:00+01:00", "00:30", "Europe/Berlin", "2026-11-22T00:30:00+01:00"),
        ("2026-11-22T00:30:01+01:00", "00:30", "Europe/Berlin", "2026-11-23T00:30:00+01:00"),
        ("2026-03-29T00:31:00+01:00", "00:30", "Europe/Berlin", "2026-03-30T00:30:00+02:00"),
        ("2026-10-25T00:31:00+02:00", "00:30", "Europe/Berlin", "2026-10-26T00:30:00+01:00"),
        ("2026-03-08T00:31:00-05:00", "00:30", "America/New_York", "2026-03-09T00:30:00-04:00"),
        ("2028-02-28T12:00:00+00:00", "00:30", "UTC", "2028-02-29T00:30:00+00:00"),
    ],
)
def test_the_next_night_keeps_its_time_of_day(now: str, at: str, zone: str, expected: str) -> None:
    """Half past midnight stays half past midnight, on every day."""
    plan = Plan(time.fromisoformat(at), ZoneInfo(zone))
    assert plan.after(datetime.fromisoformat(now)).isoformat() == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        # 02:30 does not exist on this day: the night is an hour late, and not lost.
        ("2026-03-29T00:00:00+01:00", "2026-03-29T03:30:00+02:00"),
        # 02:30 exists twice: the first one is taken.
        ("2026-10-25T00:00:00+02:00", "2026-10-25T02:30:00+02:00"),
    ],
)
def test_a_time_that_a_switch_skips_or_doubles(now: str, expected: str) -> None:
    """A time in the hour of the switch is run once."""
    plan = Plan(time(2, 30), ZoneInfo("Europe/Berlin"))
    assert plan.after(datetime.fromisoformat(now)).isoformat() == expected


def test_what_failed_is_tried_again_sooner() -> None:
    """After a failure the next run is minutes away, after a success it is the next night."""
    answers = [False, False, True]
    said: list[str] = []
    stop, worked = Event(), Event()

    def work() -> bool:
        answer = answers.pop(0)
        if not answers:
            worked.set()
        return answer

    def say(line: str, **named: Any) -> None:
        said.append(line)

    noted: list[str] = []
    forever = Forever(work, Plan(time(0, 30), ZoneInfo("UTC")), say, stop, note=noted.append)
    forever._scheduler.start(paused=True)
    before = forever.next_run()
    assert before is not None
    minutes = []
    for _ in range(2):
        started = datetime.now(before.tzinfo)
        forever._run()
        moment = forever.next_run()
        assert moment is not None
        minutes.append(round((moment - started).total_seconds() / 60))
    assert minutes in ([5, 15], [5, 5])
    assert len({note for note in noted if note.startswith("00:30 UTC\n20")}) == 2
    forever._scheduler.remove_job("again")
    forever._run()
    assert forever.next_run() == before
    assert said[-1] == f"next run: {before:%Y-%m-%d %H:%M} UTC"
    assert noted[-1] == "00:30 UTC"
    forever._scheduler.shutdown()
