"""Small stores, rules and facts for the alert rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analyzer.alert.clock import Clock
from analyzer.alert.facts import Error
from analyzer.alert.load import load_rules
from analyzer.alert.memory import Course, MemoryFacts
from analyzer.alert.rule import Rules
from analyzer.alert.scope import Scope
from analyzer.alert.series import Series


@pytest.fixture
def make_rules(tmp_path: Path) -> Callable[[str], Rules]:
    """Return a function: the text of a file of rules -> the rules."""

    def make(text: str) -> Rules:
        path = tmp_path / "alerts.toml"
        path.write_text(text, encoding="utf-8")
        return load_rules([path])

    return make


def facts_of(
    requests: Sequence[int] | np.ndarray,
    failures: Mapping[str, Sequence[int] | np.ndarray],
    first: int = 0,
    time_zone: str = "UTC",
    owners: Mapping[str, str] | None = None,
) -> MemoryFacts:
    """Return facts: requests by minute, and the failures of each error; owner `provider` unless said."""
    asked = np.asarray(requests, np.int64)
    failed = {key: np.asarray(values, np.int64) for key, values in failures.items()}
    owner = owners or {}

    def names(scope: Scope) -> list[str]:
        return [
            key
            for key in failed
            if scope.owner in (None, owner.get(key, "provider")) and scope.entry in (None, key)
        ]

    def series(scope: Scope) -> Series:
        total = sum((failed[key] for key in names(scope)), np.zeros(len(asked), np.int64))
        return Series(first, asked, total, total)

    def courses(scope: Scope) -> list[Course]:
        found = []
        for key in names(scope):
            places = np.flatnonzero(failed[key])
            error = Error(
                key, "entry", key, "server_error", owner.get(key, "provider"), 0, 0, 0, entry_id=key
            )
            found.append(Course(error, first + places, np.cumsum(failed[key][places])))
        return found

    return MemoryFacts(Clock(time_zone), first, asked, series, courses)


@pytest.fixture
def make_facts() -> Any:
    """Return `facts_of`."""
    return facts_of
