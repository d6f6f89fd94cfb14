"""Hysteresis, cool-down and grouping, for any course of pressure."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.alert.advance import Cause, advance, drop_rules
from analyzer.alert.clock import Clock
from analyzer.alert.finding import Finding
from analyzer.alert.rule import ALERT, LEVELS, WARNING, Policy, Rule
from analyzer.alert.scope import Scope
from analyzer.alert.state import Incident, Message, Signal, State
from analyzer.alert.tell import tell

POLICY = Policy(cool_down=15, together=30, remind=0)
PRESSURES = st.lists(st.floats(0, 3), min_size=1, max_size=60)
BAND = st.lists(st.floats(0.81, 0.99), min_size=1, max_size=60)


def rule(name: str = "one", **changes: object) -> Rule:
    made = Rule(name, "rate", {"en": name}, Scope(), {}, 0.8, None, Path("x.toml"), name)
    return replace(made, **changes)


def finding(pressure: float | None, name: str = "one", at: int = 0, alert: float = 2.0) -> Finding:
    levels = None if pressure is None else {WARNING: pressure, ALERT: pressure / alert}
    return Finding(name, levels, at - 10, 10)


def cause_of(known: Rule, found: Finding) -> Cause:
    return Cause("provider", ("maas.81102",))


class Course:
    """A state brought forward step by step, with everything that came of it."""

    def __init__(self, policy: Policy = POLICY, time_zone: str = "UTC") -> None:
        self.state, self.policy, self.clock = State(), policy, Clock(time_zone)
        self.over: list[Incident] = []
        self.ended: list[Signal] = []
        self.messages: list[Message] = []
        self.levels: list[str | None] = []

    def step(
        self, at: int, *findings: Finding, rules: tuple[Rule, ...] = (), find: object = cause_of
    ) -> None:
        self.state.ended, self.state.over = [], []
        known = rules or tuple(rule(name) for name in dict.fromkeys(one.rule for one in findings))
        advance(self.state, known, findings, at, self.policy, find)  # type: ignore[arg-type]
        self.messages += tell(self.state, at, self.policy, self.clock)
        self.over += self.state.over
        self.ended += self.state.ended
        signal = self.state.signals.get(("one", ""))
        self.levels.append(signal.level if signal and signal.quiet_since is None else None)


def run(pressures: list[float | None], policy: Policy = POLICY, every: int = 5) -> Course:
    course = Course(policy)
    for number, pressure in enumerate(pressures):
        at = 1_000_000 + number * every
        course.step(at, finding(pressure, at=at))
    return course


@settings(deadline=None)
@given(BAND)
def test_what_stays_within_the_band_opens_nothing(pressures: list[float]) -> None:
    assert run(list(pressures)).messages == []


@settings(deadline=None)
@given(BAND)
def test_what_falls_into_the_band_stays_open_and_tells_once(pressures: list[float]) -> None:
    course = run([1.2, *pressures])
    assert set(course.levels) == {WARNING}
    assert [message.kind for message in course.messages] == ["opened"]


@settings(deadline=None)
@given(st.lists(st.sampled_from([1.62, 1.75, 1.9, 1.99]), min_size=1, max_size=40))
def test_an_alert_within_its_band_does_not_fall_and_rise(pressures: list[float]) -> None:
    course = run([2.1, *pressures])
    assert set(course.levels) == {ALERT}


@settings(deadline=None)
@given(PRESSURES)
def test_an_incident_opens_once_and_closes_once(pressures: list[float]) -> None:
    course = run([*pressures, *[0.0] * 5])
    for incident in course.over:
        kinds = [one.kind for one in course.messages if one.incident_id == incident.incident_id]
        assert kinds.count("opened") == 1
        assert kinds[0] == "opened"
        assert kinds.count("closed") == 1
        assert kinds[-1] == "closed"
        assert kinds.count("raised") <= 1
        assert incident.opened_at <= incident.ended_at < incident.closed_at
    assert not course.state.incidents, "after the cool-down all is over"
    assert len({one.message_id for one in course.messages}) == len(course.messages)


@settings(deadline=None)
@given(PRESSURES)
def test_two_incidents_of_one_rule_are_a_cool_down_apart(pressures: list[float]) -> None:
    course = run([*pressures, *[0.0] * 5])
    for one, two in zip(course.over, course.over[1:], strict=False):
        assert two.opened_at - one.ended_at >= POLICY.cool_down


@settings(deadline=None)
@given(PRESSURES, st.data())
def test_moments_in_which_nothing_is_known_change_nothing(
    pressures: list[float], data: st.DataObject
) -> None:
    known = run(list(pressures), every=5)
    course = Course()
    for number, pressure in enumerate(pressures):
        at = 1_000_000 + number * 5
        course.step(at, finding(pressure, at=at))
        if data.draw(st.booleans()):
            course.step(at, finding(None, at=at))
    assert course.messages == known.messages


def test_the_level_rises_at_its_threshold_and_falls_at_its_release() -> None:
    course = run([0.9, 1.0, 1.9, 2.0, 1.7, 1.59, 1.9, 0.81, 0.79])
    assert course.levels == [None, WARNING, WARNING, ALERT, ALERT, WARNING, WARNING, WARNING, None]
    assert [(one.kind, one.level) for one in course.messages] == [("opened", WARNING), ("raised", ALERT)]


def test_what_comes_back_within_the_cool_down_is_the_same_incident() -> None:
    course = run([1.2, 0, 0, 1.2, 0, 0, 0, 0])
    assert [one.kind for one in course.messages] == ["opened", "closed"]
    (incident,) = course.over
    assert incident.ended_at == 1_000_000 + 4 * 5


def test_rules_that_fire_together_for_one_owner_are_one_incident() -> None:
    course = Course()
    course.step(100, finding(1.5, "one"), finding(2.5, "two"))
    course.step(120, finding(1.5, "one"), finding(2.5, "two"), finding(1.1, "three"))
    (incident,) = course.state.incidents.values()
    assert incident.level == ALERT
    assert len(course.state.signals_of(incident)) == 3
    assert [one.kind for one in course.messages] == ["opened"]


def test_a_long_window_does_not_move_the_beginning_of_an_incident_to_its_own() -> None:
    course = Course()
    course.step(5000, finding(1.5, "one", at=5000))
    course.step(5010, finding(1.5, "one", at=5010), replace(finding(1.5, "two"), since=100))
    (incident,) = course.state.incidents.values()
    assert incident.started_at == 5000 - POLICY.together


@pytest.mark.parametrize(
    ("changes", "cause", "at", "incidents"),
    [
        ({}, Cause("provider", ("maas.81102",)), 500, 1),  # an error in common, hours later
        ({}, Cause("provider", ("maas.81110",)), 120, 1),  # no error in common, at about the same time
        ({}, Cause("provider", ("maas.81110",)), 500, 2),  # another error, hours later
        ({}, Cause("caller", ("maas.81102",)), 110, 2),  # another owner
        ({}, Cause("several", ("maas.81102",)), 110, 1),  # all owners
        (
            {"scope": Scope(model="b")},
            Cause("provider", ("maas.81102",)),
            110,
            1,
        ),  # two models, the same error
        ({"scope": Scope(model="b")}, Cause("provider", ("maas.81102",)), 500, 2),  # the same, hours later
        (
            {"scope": Scope(model="b")},
            Cause("provider", ("maas.81110",)),
            110,
            2,
        ),  # another model, another error
        ({"scope": Scope(model="a")}, Cause("provider", ("maas.81102",)), 110, 1),
    ],
)
def test_what_belongs_together_is_one_incident(
    changes: dict[str, object], cause: Cause, at: int, incidents: int
) -> None:
    course = Course()
    rules = (rule("one", scope=Scope(model="a")), rule("two", **changes))

    def find(known: Rule, found: Finding) -> Cause:
        return Cause("provider", ("maas.81102",)) if known.name == "one" else cause

    course.step(100, finding(1.5, "one"), rules=rules, find=find)
    course.step(at, finding(1.5, "one"), finding(1.5, "two"), rules=rules, find=find)
    assert len(course.state.incidents) == incidents


def test_a_new_error_does_not_prolong_what_other_rules_saw() -> None:
    """It is new for hours after the outage: no reason to call the outage open, or to tell it again."""
    course = Course()
    new = replace(finding(1.5, "new"), figures={"measure": "new"})
    for at in range(100, 140, 5):
        course.step(at, finding(1.5, "one", at), new)
    for at in range(140, 500, 5):
        course.step(at, finding(0.0, "one", at), new)
    assert [one.kind for one in course.messages] == ["opened", "closed"]
    (incident,) = course.over
    assert (incident.ended_at, incident.closed_at) == (140, 155)
    assert course.state.signals[("new", "")].closed_at is None
    course.step(500, finding(0.0, "one", 500), replace(new, pressure={WARNING: 0.0}))
    course.step(520, finding(0.0, "one", 520), replace(new, pressure={WARNING: 0.0}))
    assert not course.state.signals
    assert len(course.messages) == 2


def test_an_incident_of_two_models_is_named_after_neither() -> None:
    course = Course()
    rules = tuple(
        rule(name, scope=Scope(model=model)) for name, model in (("one", "a"), ("two", "b"), ("all", None))
    )
    course.step(100, finding(1.5, "one"), rules=rules)
    assert [incident.model for incident in course.state.incidents.values()] == ["a"]
    course.step(105, finding(1.5, "one"), finding(1.5, "all"), rules=rules)
    assert [incident.model for incident in course.state.incidents.values()] == ["a"]
    course.step(110, *(finding(1.5, name) for name in ("one", "two", "all")), rules=rules)
    assert [incident.model for incident in course.state.incidents.values()] == [None]
    assert [one.kind for one in course.messages] == ["opened"]


def test_a_rule_that_is_taken_out_ends_what_only_it_held() -> None:
    course = Course()
    course.step(100, finding(1.5, "one"), finding(1.5, "two"))
    drop_rules(course.state, {"two"}, 105)
    assert [incident.closed_at for incident in course.state.incidents.values()] == [None]
    drop_rules(course.state, set(), 110)
    assert [incident.closed_at for incident in course.state.incidents.values()] == [110]


def test_levels_are_in_order() -> None:
    assert LEVELS == (WARNING, ALERT)
