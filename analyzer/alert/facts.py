"""What rules are judged by: counts by minute, and the errors of a window; of a store, or simulated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from analyzer.alert.clock import Clock
from analyzer.alert.scope import Scope
from analyzer.alert.series import Series


@dataclass(frozen=True)
class Error:
    """One error of a window: an entry, a code whose row is not sure, or an error outside the catalogue.

    `first` and `last` are the minutes of its first and last failure in the window. Texts are as seen or
    as the catalogue has them; `texts` holds meaning and remedy by language.
    """

    key: str
    level: str
    code: str
    category: str
    owner: str
    failures: int
    first: int
    last: int
    entry_id: str | None = None
    action: str | None = None
    message: str | None = None
    models: tuple[str, ...] = ()
    meaning: tuple[tuple[str, str], ...] = ()
    remedy: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Sight:
    """When an error was first seen in a window, and how often it failed in it."""

    first: int
    failures: int


class Facts(Protocol):
    """What is known at a moment; spans are [since, until) in minutes."""

    clock: Clock

    def first(self) -> int | None:
        """Return the minute of the first event; None where there is none."""

    def until(self, at: int) -> int | None:
        """Return the minute after that of the last event before `at`; None where there is none."""

    def series(self, scope: Scope, spans: Sequence[tuple[int, int]]) -> Series:
        """Return the counts of a scope, at least in these spans."""

    def errors(self, scope: Scope, since: int, until: int) -> Sequence[Error]:
        """Return the errors of a window, those with the most failures first."""

    def known(self, scope: Scope, since: int, until: int) -> Mapping[str, Sight]:
        """Return the errors of a window by key, each with its first sight in it."""

    def evidence(self, scope: Scope, since: int, until: int) -> list[dict[str, Any]]:
        """Return a few failures of a window as they were logged: `request_id`, `source`, `line_no`, `ts`."""

    def held(self, name: str, key: object) -> object:
        """Return what was kept under a name, if it was kept for the same key; else None."""

    def hold(self, name: str, key: object, value: object) -> object:
        """Keep a value under a name, in place of that of an earlier key; return it."""
