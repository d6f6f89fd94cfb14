"""Logs that come late: what happened before a moment, and was stored only after that moment was judged."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.alert.clock import DAY, HOUR
from analyzer.alert.rule import Rules
from analyzer.alert.state import State
from analyzer.alert.stored import StoredFacts

_LAGS = (5, 10, 15, 30, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)


@dataclass(frozen=True)
class Late:
    """Events of before `judged_at`, some by `lag` minutes or more, not there when it was judged."""

    events: int
    lag: int
    judged_at: int

    def delay(self) -> int:
        """Return the delay, in minutes, with which they would have been seen; a day where more is needed."""
        return next((one for one in _LAGS if one > self.lag), DAY)


def seen_at(facts: StoredFacts, at: int) -> tuple[int, ...]:
    """Return how many events the day before `at` holds, up to each lag before it."""
    return facts.events_before(at - DAY, [at - lag for lag in _LAGS])


def late(state: State, rules: Rules, facts: StoredFacts) -> Late | None:
    """Return what came too late for the last evaluation; None where no rule's window passed it by.

    What comes only as late as it takes to be read is in a rule's next window still. What is taken out of the
    store meanwhile can hide as many that came late.
    """
    if not state.evaluated or state.seen is None or len(state.seen) != len(_LAGS):
        return None
    judged_at = max(at for _, at in state.evaluated.values())
    least = min((rule.settings["window"] for rule in rules.rules if "window" in rule.settings), default=DAY)
    counts = zip(_LAGS, state.seen, seen_at(facts, judged_at), strict=True)
    grown = [(lag, now - then) for lag, then, now in counts if now > then and lag >= least]
    if not grown:
        return None
    return Late(events=grown[0][1], lag=grown[-1][0], judged_at=judged_at)
