"""Whose fault a signal is: the owner of most of its failures, and the errors it is about."""

from __future__ import annotations

from collections.abc import Callable

from analyzer.alert.advance import SEVERAL, Cause
from analyzer.alert.facts import Facts
from analyzer.alert.finding import Finding
from analyzer.alert.rule import Rule

_MOST = 0.6
"""Part of the failures from which on an owner stands for all."""
_ENTRIES = 5
_SMALL = 0.05
"""An error with less of the failures is not what the signal is about."""


def finder(facts: Facts, at: int) -> Callable[[Rule, Finding], Cause]:
    """Return what finds the cause of a finding made at the minute `at`."""

    def find(rule: Rule, finding: Finding) -> Cause:
        entries = (finding.subject,) if finding.subject else ()
        if finding.cause is not None:
            return Cause(finding.cause, entries)
        errors = facts.errors(rule.scope, min(finding.since, at - 1), at)
        total = sum(error.failures for error in errors)
        keys = tuple(error.key for error in errors[:_ENTRIES] if error.failures >= _SMALL * total)
        if rule.scope.owner is not None:
            return Cause(rule.scope.owner, keys)
        by_owner: dict[str, int] = {}
        for error in errors:
            by_owner[error.owner] = by_owner.get(error.owner, 0) + error.failures
        owner = max(by_owner, key=lambda name: by_owner[name], default=SEVERAL)
        return Cause(owner if by_owner.get(owner, 0) >= _MOST * total else SEVERAL, keys)

    return find
