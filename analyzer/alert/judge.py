"""Each kind of rule by its name, and what rules find at a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding, order_fault, threshold_fault
from analyzer.alert.kind import anomaly, burn_rate, count, new_entry, rate, silence
from analyzer.alert.rule import Rule
from analyzer.alert.schema import Key


@dataclass(frozen=True)
class Kind:
    """A kind of rule: the keys it takes beside those of every rule, and how it judges.

    `fault` says what is wrong with settings that are right each by itself; None for nothing.
    """

    keys: Mapping[str, Key]
    judge: Callable[[Rule, Facts, int], list[Finding]]
    fault: Callable[[Mapping[str, Any]], str | None] = lambda settings: None


KINDS: Mapping[str, Kind] = {
    "rate": Kind(rate.KEYS, rate.judge, threshold_fault),
    "count": Kind(count.KEYS, count.judge, threshold_fault),
    "new_entry": Kind(new_entry.KEYS, new_entry.judge),
    "silence": Kind(silence.KEYS, silence.judge, order_fault),
    "anomaly": Kind(anomaly.KEYS, anomaly.judge, order_fault),
    "burn_rate": Kind(burn_rate.KEYS, burn_rate.judge, burn_rate.fault),
}


def judge(rules: Sequence[Rule], facts: Facts, at: int) -> list[Finding]:
    """Return what each rule finds at the minute `at`, of all that came before it."""
    return [finding for rule in rules for finding in KINDS[rule.kind].judge(rule, facts, at)]
