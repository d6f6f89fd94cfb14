"""Each kind of rule by its name, and what rules find at a moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding
from analyzer.alert.kind import anomaly, burn_rate, count, new_entry, rate, silence
from analyzer.alert.rule import Rule
from analyzer.alert.schema import Key


@dataclass(frozen=True)
class Kind:
    """A kind of rule: the keys it takes beside those of every rule, and how it judges."""

    keys: Mapping[str, Key]
    judge: Callable[[Rule, Facts, int], list[Finding]]


KINDS: Mapping[str, Kind] = {
    "rate": Kind(rate.KEYS, rate.judge),
    "count": Kind(count.KEYS, count.judge),
    "new_entry": Kind(new_entry.KEYS, new_entry.judge),
    "silence": Kind(silence.KEYS, silence.judge),
    "anomaly": Kind(anomaly.KEYS, anomaly.judge),
    "burn_rate": Kind(burn_rate.KEYS, burn_rate.judge),
}
THRESHOLDS = ("rate", "count")
"""Kinds that need at least one of the thresholds `warning` and `alert`."""


def judge(rules: Sequence[Rule], facts: Facts, at: int) -> list[Finding]:
    """Return what each rule finds at the minute `at`, of all that came before it."""
    return [finding for rule in rules for finding in KINDS[rule.kind].judge(rule, facts, at)]
