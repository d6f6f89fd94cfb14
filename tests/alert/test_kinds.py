"""Each kind of rule on courses of requests and failures made for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from analyzer.alert.clock import DAY, HOUR, WEEK
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding
from analyzer.alert.judge import judge
from analyzer.alert.load import examples, load_rules
from analyzer.alert.replay import Replay, replay
from analyzer.alert.rule import Rules
from tests.alert.conftest import facts_of

Make = Callable[[str], Rules]


def rule_of(kind: str, **keys: Any) -> str:
    lines = ["[[rule]]", 'name = "one"', f'kind = "{kind}"']
    lines += [
        f'{key} = "{value}"' if isinstance(value, str) else f"{key} = {value}" for key, value in keys.items()
    ]
    return "\n".join(lines) + "\n"


def one(rules: Rules, facts: Facts, at: int) -> Finding:
    (finding,) = judge(rules.rules, facts, at)
    return finding


def test_a_rate_is_failures_per_request_over_its_window(make_rules: Make) -> None:
    rules = make_rules(rule_of("rate", window="10m", minimum=20, warning=0.02, alert=0.1))
    facts = facts_of([100] * 60, {"a": [0] * 50 + [5] * 10})
    found = one(rules, facts, 60)
    assert found.pressure == {"warning": 2.5, "alert": 0.5}
    assert found.figures["failures"] == 50
    assert found.figures["requests"] == 1000
    assert found.since == 50


def test_a_few_failures_are_no_rate(make_rules: Make) -> None:
    rules = make_rules(rule_of("rate", window="10m", minimum=20, warning=0.02))
    found = one(rules, facts_of([1] * 60, {"a": [0] * 59 + [1]}), 60)
    assert found.pressure == {"warning": 1 / 20}


def test_a_rate_without_requests_or_data_is_unknown(make_rules: Make) -> None:
    rules = make_rules(rule_of("rate", window="10m", warning=0.02))
    assert one(rules, facts_of([1] * 30 + [0] * 30, {}), 60).unknown == "no_data"
    assert one(rules, facts_of([1] * 30 + [0] * 30, {"a": [0] * 59 + [1]}), 60).unknown == "no_data"


def test_a_count_counts_failures_without_requests_too(make_rules: Make) -> None:
    rules = make_rules(rule_of("count", window="5m", warning=10, alert=40))
    found = one(rules, facts_of([1] * 60, {"a": [4] * 60, "b": [0] * 60}), 60)
    assert found.pressure == {"warning": 2.0, "alert": 0.5}


@pytest.mark.parametrize(
    ("failures", "level"),
    [
        # SLO 99.9 %: the budget is 0.001, so 14.4 times its pace is a rate of 1.44 %.
        ([0] * (71 * HOUR) + [15] * HOUR, "alert"),  # 1.5 % for an hour
        ([0] * (71 * HOUR) + [14] * HOUR, None),  # 1.4 %: not 14.4 times, and little of three days' budget
        (
            [0] * (71 * HOUR) + [30] * 50 + [0] * 10,
            None,
        ),  # over: the short window is clean
        ([0] * (66 * HOUR) + [7] * (6 * HOUR), "alert"),  # 0.7 % for six hours
        ([1] * (72 * HOUR), "warning"),  # exactly the pace that uses the budget up
        ([0] * (72 * HOUR), None),
    ],
)
def test_burn_rates_are_those_of_the_workbook(
    failures: list[int], level: str | None, make_rules: Make
) -> None:
    rules = make_rules(rule_of("burn_rate", slo=0.999))
    found = one(rules, facts_of([1000] * (72 * HOUR), {"a": failures}), 72 * HOUR)
    assert found.reached(0.999999) == level


def test_a_budget_is_judged_by_the_last_event_where_requests_are_rare(make_rules: Make) -> None:
    rules = make_rules(rule_of("burn_rate", slo=0.95))
    requests, failures = np.zeros(72 * HOUR, int), np.zeros(72 * HOUR, int)
    requests[::12] = 10
    failures[-HOUR::12] = 9
    facts = facts_of(requests, {"a": failures})
    # Nothing came for eleven minutes: longer than the short window, and as usual here.
    found = one(rules, facts, 72 * HOUR)
    assert found.reached() == "alert"
    assert found.figures["failures"] == 45
    assert one(rules, facts, 72 * HOUR + 7 * HOUR).unknown == "no_data"


def test_strays_do_not_make_an_error_known_before_its_burst(make_rules: Make) -> None:
    rules = make_rules(rule_of("new_entry", window="6h", minimum=3))
    failures = np.zeros(12 * DAY, int)
    failures[[5 * DAY, 5 * DAY + HOUR]] = 1
    failures[5 * DAY + 9 * HOUR : 5 * DAY + 10 * HOUR] = 2
    done = replay(rules, facts_of(np.full(12 * DAY, 10), {"a": failures}), 3 * DAY, 12 * DAY, 10)
    (incident,) = done.incidents
    assert 5 * DAY + 9 * HOUR < incident.opened_at <= 5 * DAY + 9 * HOUR + 20
    # The same in two days: by then it is known.
    failures[7 * DAY : 7 * DAY + HOUR] = 2
    again = replay(rules, facts_of(np.full(12 * DAY, 10), {"a": failures}), 3 * DAY, 12 * DAY, 10)
    assert len(again.incidents) == 1


def test_a_new_error_that_was_told_is_not_told_again_within_its_day(make_rules: Make) -> None:
    rules = make_rules(rule_of("new_entry", window="1h", minimum=3))
    failures = np.zeros(12 * DAY, int)
    for hour in (0, 8, 16):
        failures[5 * DAY + hour * HOUR : 5 * DAY + hour * HOUR + 5] = 2
    done = replay(rules, facts_of(np.full(12 * DAY, 10), {"a": failures}), 3 * DAY, 12 * DAY, 10)
    assert len(done.incidents) == 1


def test_a_new_error_opens_stays_while_it_goes_on_and_is_known_after_a_day(make_rules: Make) -> None:
    rules = make_rules(
        "[policy]\ncool_down = '10m'\nremind = 0\n" + rule_of("new_entry", window="1h", minimum=2)
    )
    requests = np.full(12 * DAY, 10)
    old, new = np.zeros(12 * DAY, int), np.zeros(12 * DAY, int)
    old[::30] = 1
    new[5 * DAY : 7 * DAY : 20] = 1
    done = replay(rules, facts_of(requests, {"old": old, "new": new}), 3 * DAY, 11 * DAY, 5)
    (incident,) = done.incidents
    assert incident.entries == ("new",)
    assert 5 * DAY + 20 < incident.opened_at <= 5 * DAY + 30
    assert 6 * DAY <= incident.ended_at <= 6 * DAY + HOUR + 10
    assert [message.kind for message in done.messages] == ["opened", "closed"]


def test_an_error_that_was_away_for_long_is_new_again(make_rules: Make) -> None:
    rules = make_rules(rule_of("new_entry", window="1h", minimum=1, unseen="3d"))
    failures = np.zeros(12 * DAY, int)
    failures[[2 * DAY, 4 * DAY, 10 * DAY]] = 1
    done = replay(rules, facts_of(np.ones(12 * DAY, int), {"a": failures}), 3 * DAY, 12 * DAY, 30)
    assert [incident.opened_at // DAY for incident in done.incidents] == [10]


def test_a_store_of_a_few_hours_has_nothing_new(make_rules: Make) -> None:
    rules = make_rules(rule_of("new_entry", minimum=1))
    assert one(rules, facts_of([1] * 600, {"a": [1] * 600}), 600).unknown == "little_history"


def office(days: int) -> np.ndarray:
    """Return requests of an office: 20 a minute from 8 to 20 o'clock on weekdays, else none."""
    minutes = np.arange(days * DAY)
    is_day = (minutes % DAY >= 8 * HOUR) & (minutes % DAY < 20 * HOUR) & (minutes // DAY % 7 < 5)
    return np.where(is_day, 20, 0)


def test_a_source_that_is_quiet_every_night_and_weekend_does_not_cry(make_rules: Make) -> None:
    rules = make_rules(rule_of("silence"))
    assert replay(rules, facts_of(office(35), {}), 8 * DAY, 35 * DAY, 5).incidents == []


def test_silence_by_day_is_told_after_what_should_have_come(make_rules: Make) -> None:
    requests = office(35)
    start = 29 * DAY + 11 * HOUR
    requests[start : start + 90] = 0
    done = replay(make_rules(rule_of("silence", after="5m")), facts_of(requests, {}), 28 * DAY, 30 * DAY, 1)
    (incident,) = done.incidents
    assert incident.opened_at == start + 5
    assert incident.worst_level == "alert"
    assert incident.cause == "traffic"
    assert incident.ended_at == start + 91


def test_silence_without_a_past_is_unknown(make_rules: Make) -> None:
    rules = make_rules(rule_of("silence"))
    assert one(rules, facts_of([5] * 600 + [0] * 60, {}), 660).unknown == "little_history"


def steady(weeks: int, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    minutes = np.arange(weeks * WEEK)
    rate = 100 * (1.2 + np.sin(minutes / DAY * 2 * np.pi))
    requests = random.poisson(rate)
    return requests, random.binomial(requests, 0.02)


def anomalies(
    make_rules: Make, requests: np.ndarray, failures: np.ndarray, start: int, **keys: Any
) -> Replay:
    rules = make_rules("[policy]\nremind = 0\n" + rule_of("anomaly", **keys))
    return replay(rules, facts_of(requests, {"a": failures}), start, len(requests), 5)


def test_noise_and_seasons_are_no_anomaly(make_rules: Make) -> None:
    requests, failures = steady(5)
    assert anomalies(make_rules, requests, failures, 3 * WEEK).incidents == []


def test_a_burst_and_a_creeping_rate_are_found(make_rules: Make) -> None:
    requests, failures = steady(5)
    burst, creep = 3 * WEEK + 1000, 4 * WEEK
    failures[burst : burst + 20] *= 8
    failures[creep : creep + DAY] = failures[creep : creep + DAY] * np.linspace(1, 4, DAY)
    found = anomalies(make_rules, requests, failures, 3 * WEEK).incidents
    assert [burst <= found[0].opened_at <= burst + 15, creep < found[1].opened_at < creep + DAY] == [
        True,
        True,
    ]
    assert len(found) == 2


def test_a_fall_is_found_where_it_is_looked_for(make_rules: Make) -> None:
    requests, failures = steady(5)
    start = 4 * WEEK + 1000
    requests[start : start + 60] //= 20
    keys = {"measure": "requests", "direction": "down", "creep": "0m"}
    (incident,) = anomalies(make_rules, requests, failures, 3 * WEEK, **keys).incidents
    assert start < incident.opened_at <= start + 15
    assert incident.cause == "traffic"


def test_less_than_two_weeks_of_history_are_too_little(make_rules: Make) -> None:
    requests, failures = steady(2)
    rules = make_rules(rule_of("anomaly"))
    assert one(rules, facts_of(requests, {"a": failures}), len(requests)).unknown == "little_history"


def test_an_outage_of_few_requests_wakes_by_the_starters_rules() -> None:
    """A request a minute, all of which fail: too few failures for a rule of ten minutes."""
    known = load_rules([examples()["starter"]])
    done = replay(
        known, facts_of([1] * 3 * HOUR, {"a": [0] * HOUR + [1] * HOUR + [0] * HOUR}), HOUR, 3 * HOUR, 1
    )
    (incident,) = [one for one in done.incidents if one.cause == "provider"]
    assert incident.worst_level == "alert"
    assert HOUR < incident.opened_at <= 2 * HOUR
    assert done.scarce["provider-failures"].failures == 10


@pytest.mark.parametrize(
    ("text", "moments", "failures"),
    [
        (rule_of("rate", window="10m", minimum=20, warning=0.5), 21, 10),
        (rule_of("rate", window="10m", minimum=10, warning=0.5), 5, 9),
        (rule_of("burn_rate", slo=0.95, minimum=30), 94, 20),
        (rule_of("burn_rate", slo=0.95, minimum=10), 4, 9),
    ],
)
def test_what_only_the_minimum_kept_from_firing_is_counted(
    make_rules: Make, text: str, moments: int, failures: int
) -> None:
    facts = facts_of([1] * 200, {"a": [0] * 100 + [1] * 20 + [0] * 80})
    done = replay(make_rules(text), facts, 60, 200, 1)
    assert (done.scarce["one"].moments, done.scarce["one"].failures) == (moments, failures)
