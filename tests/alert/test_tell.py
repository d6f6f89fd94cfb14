"""Quiet hours, reminders, and what is never said."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.alert.clock import minute_of
from analyzer.alert.rule import Policy
from tests.alert.test_advance import Course, finding

NIGHT = Policy(quiet_hours=((22 * 60, 7 * 60),), cool_down=15, remind=0)
BERLIN = "Europe/Berlin"


def minute(text: str) -> int:
    return minute_of(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN)))


def told(course: Course) -> list[tuple[str, str]]:
    return [(one.kind, course.clock.local(one.made_at).strftime("%H:%M")) for one in course.messages]


def run(steps: list[tuple[str, float]], policy: Policy = NIGHT) -> Course:
    course = Course(policy, BERLIN)
    for moment, pressure in steps:
        at = minute(moment)
        course.step(at, finding(pressure, at=at))
    return course


def test_a_warning_waits_for_the_morning_if_it_is_still_open_then() -> None:
    course = run([("2026-05-01T23:00", 1.2), ("2026-05-02T06:59", 1.2), ("2026-05-02T07:00", 1.2)])
    assert told(course) == [("opened", "07:00")]


def test_a_warning_that_came_and_went_in_the_night_is_never_told() -> None:
    course = run(
        [("2026-05-01T23:00", 1.2), ("2026-05-01T23:30", 0), ("2026-05-01T23:50", 0), ("2026-05-02T07:00", 0)]
    )
    assert told(course) == []
    assert len(course.over) == 1


def test_an_alert_breaks_through_and_so_does_its_end() -> None:
    course = run([("2026-05-01T23:00", 2.5), ("2026-05-01T23:30", 0), ("2026-05-01T23:50", 0)])
    assert told(course) == [("opened", "23:00"), ("closed", "23:50")]


def test_a_warning_that_becomes_an_alert_at_night_is_told_then() -> None:
    course = run([("2026-05-01T23:00", 1.2), ("2026-05-01T23:30", 2.2)])
    assert told(course) == [("opened", "23:30")]


def test_nothing_breaks_through_where_the_policy_says_so() -> None:
    policy = Policy(quiet_hours=NIGHT.quiet_hours, cool_down=15, remind=0, break_through="none")
    course = run([("2026-05-01T23:00", 2.5), ("2026-05-02T07:00", 2.5)], policy)
    assert told(course) == [("opened", "07:00")]


def test_the_end_of_a_warning_that_was_told_in_the_evening_is_told_in_the_morning() -> None:
    course = run(
        [("2026-05-01T21:00", 1.2), ("2026-05-01T23:30", 0), ("2026-05-01T23:50", 0), ("2026-05-02T07:05", 0)]
    )
    assert told(course) == [("opened", "21:00"), ("closed", "07:05")]


@pytest.mark.parametrize("day", ["2026-03-29", "2026-10-25", "2024-02-29"])
def test_the_morning_is_local_also_when_the_clocks_change(day: str) -> None:
    course = run([(f"{day}T01:00", 1.2), (f"{day}T06:59", 1.2), (f"{day}T07:00", 1.2)])
    assert told(course) == [("opened", "07:00")]


def test_an_incident_that_stays_open_is_told_again() -> None:
    policy = Policy(cool_down=15, remind=240)
    course = run([(f"2026-05-01T{hour:02d}:00", 1.2) for hour in range(8, 18)], policy)
    assert told(course) == [("opened", "08:00"), ("reminder", "12:00"), ("reminder", "16:00")]


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 90), st.floats(0, 3)), min_size=1, max_size=50), st.integers(0, 1439)
)
def test_no_warning_is_ever_told_in_quiet_hours(steps: list[tuple[int, float]], start: int) -> None:
    policy = Policy(quiet_hours=NIGHT.quiet_hours, cool_down=15, remind=60)
    course, at = Course(policy, BERLIN), minute("2026-10-24T00:00") + start
    for wait, pressure in steps:
        at += wait
        course.step(at, finding(pressure, at=at))
    for message in course.messages:
        if course.clock.is_quiet(message.made_at, policy.quiet_hours):
            # Of an alert, or of the end of an incident that was told as one.
            assert message.level == "alert"
