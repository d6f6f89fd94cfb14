"""How many planted incidents the rules of `seasons` find, how soon, and how often they cry wolf.

    python -m tests.benchmarks.alerts --seeds 1-8 --days 365

The rules are the package's own example, judged by the code that `analyzer alerts check` runs. An incident
is found if one opens between its start and the minute it is due by. An alarm is false if it opened while
nothing planted was on, nor within two hours after. Seeds from 1 on are for tuning, from 101 on for judging.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from analyzer.alert.clock import DAY, HOUR, moment_of
from analyzer.alert.load import examples, load_rules
from analyzer.alert.replay import Replay, replay
from analyzer.alert.state import Incident
from tests.benchmarks.traffic import YEAR, Planted, Traffic

EVERY = 5
MONTH = 365 * DAY / 12
_AFTERWARDS = 2 * HOUR
_CAN_FIND = {
    "outage": {"unusual-provider-failures"},
    "blackout": {"requests-stay-away", "silence"},
    "burst": {"unusual-rate-limits", "unusual-caller-failures"},
    "creep": {"unusual-provider-failures", "unusual-rate-limits", "unusual-caller-failures"},
    "new": {"new-error"},
}
"""What may find an incident: a burst of 429s is not found by an unrelated alarm that runs beside it."""


@dataclass
class Score:
    """What was found, missed and made up, and how long it took."""

    found: list[tuple[Planted, int]] = field(default_factory=list)
    missed: list[Planted] = field(default_factory=list)
    false: list[Incident] = field(default_factory=list)
    months: float = 0.0
    messages: int = 0

    @property
    def share(self) -> float:
        """The part of the incidents that was found in time."""
        return len(self.found) / max(1, len(self.found) + len(self.missed))

    @property
    def false_a_month(self) -> float:
        """False alarms a month."""
        return len(self.false) / self.months


def run(traffic: Traffic, every: int = EVERY) -> Replay:
    """Replay the rules over the traffic, from the end of its quiet weeks on."""
    rules = load_rules([examples()["seasons"]])
    return replay(rules, traffic.facts, traffic.first + traffic.quiet * DAY, traffic.last, every)


def score(traffic: Traffic, done: Replay) -> Score:
    """Compare the incidents that opened with those that were planted."""
    result = Score(
        months=(traffic.last - traffic.first - traffic.quiet * DAY) / MONTH, messages=len(done.messages)
    )
    opened = {
        planted: min(
            (
                signal.opened_at
                for signal in done.signals
                if signal.rule in _CAN_FIND[planted.kind]
                and planted.start < signal.opened_at <= planted.due + EVERY
            ),
            default=None,
        )
        for planted in traffic.planted
    }
    for planted, at in opened.items():
        if at is None:
            result.missed.append(planted)
        else:
            result.found.append((planted, at - planted.start))
    result.false = [
        incident
        for incident in done.incidents
        if not any(one.start <= incident.opened_at <= one.end + _AFTERWARDS for one in traffic.planted)
    ]
    return result


def judged(seed: int, days: int = 365, incidents: Sequence[str] = YEAR, rate: float = 400.0) -> Score:
    """Return the score of one seed."""
    traffic = Traffic(seed, days, incidents, rate)
    return score(traffic, run(traffic))


def main() -> None:
    """Print a line for each seed, and the misses and false alarms under it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", default="1-4", help="such as 1-8 or 101")
    parser.add_argument("--days", type=int, default=365)
    parser.add_argument("--rate", type=float, default=400.0, help="requests a minute in the mean")
    parser.add_argument("--every", type=int, default=EVERY, help="minutes from one evaluation to the next")
    chosen = parser.parse_args()
    first, _, last = chosen.seeds.partition("-")
    incidents = YEAR if chosen.days > 200 else YEAR[:: 365 // chosen.days]
    for seed in range(int(first), int(last or first) + 1):
        started = time.process_time()
        traffic = Traffic(seed, chosen.days, incidents, chosen.rate)
        done = run(traffic, chosen.every)
        result = score(traffic, done)
        print(
            f"seed {seed}: {len(result.found)} of {len(result.found) + len(result.missed)} found "
            f"({result.share:.1%}), {len(result.false)} false ({result.false_a_month:.2f} a month), "
            f"{result.messages} messages, {time.process_time() - started:.0f} s CPU",
            flush=True,
        )
        _explain(result, done)


def _explain(result: Score, done: Replay) -> None:
    for planted in result.missed:
        print(f"    missed {planted.kind} at {moment_of(planted.start)}: {planted.what}")
    for incident in result.false:
        signals = [one for one in done.signals if one.incident_id == incident.incident_id]
        rules = [(one.rule, one.subject, one.level, dict(one.finding.figures)) for one in signals]
        print(f"    false at {moment_of(incident.opened_at)}: {rules}")


if __name__ == "__main__":
    main()
