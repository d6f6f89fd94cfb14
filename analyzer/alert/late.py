"""Logs that come late: what happened before a moment, and was stored only after that moment was judged."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.alert.clock import DAY, HOUR
from analyzer.alert.facts import Facts
from analyzer.alert.rule import Rules
from analyzer.alert.state import State

_DELAYS = (5, 10, 15, 30, HOUR, 2 * HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY)


@dataclass(frozen=True)
class Late:
    """Events from `since` on that were not there when `judged_at` was judged. Both are minutes."""

    since: int
    judged_at: int

    def delay(self) -> int | None:
        """Return the delay, in minutes, with which they would have been seen; None beyond a day."""
        return next((one for one in _DELAYS if one > self.judged_at - self.since), None)


def late(state: State, rules: Rules, facts: Facts) -> Late | None:
    """Return what came too late for the last evaluation; None where no rule's window passed it by.

    One that comes so late only as it takes to be read is in the next window still.
    """
    if not state.evaluated or state.data_until is None:
        return None
    judged_at = max(at for _, at in state.evaluated.values())
    since = facts.first_between(state.data_until, judged_at)
    windows = [rule.settings["window"] for rule in rules.rules if "window" in rule.settings]
    if since is None or judged_at - since < min(windows, default=DAY):
        return None
    return Late(since, judged_at)
