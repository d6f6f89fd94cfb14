"""What the server is about: one store, seen in one zone, and who may see it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from analyzer.query.header import NamedQuery
from analyzer.query.library import load_queries
from analyzer.query.ranges import TimeRange, parse_range
from analyzer.web.access import Gate
from analyzer.web.answers import Answers
from analyzer.web.reading import Reading


class Background(Protocol):
    """What is done beside the page: `follow` (logs read, alert rules judged) or `alerts` (these alone)."""

    task: str

    def start(self) -> None:
        """Begin."""

    def stop(self, seconds: float) -> None:
        """End in order, within `seconds` where that can be."""

    def problem(self) -> str | None:
        """Say why it is not done any more; None while it is."""


@dataclass(frozen=True)
class Subject:
    """What is shown: the store, its zone, the first language, and since when (as written for --since)."""

    database: Path
    time_zone: str
    language: str
    since: str | None = None
    slo: float | None = None
    """The target for the share of requests that succeed, in percent."""

    def range(self, since: str | None = None, until: str | None = None) -> TimeRange:
        """Return the range asked for, from the server's own `since` unless another is given.

        Raises RangeError.
        """
        return parse_range(since or self.since, until, self.time_zone, datetime.now(UTC))


@dataclass(frozen=True)
class Site:
    """Everything that answers stand on."""

    subject: Subject
    gate: Gate
    answers: Answers
    queries: Mapping[str, NamedQuery]
    background: Background | None = None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    @classmethod
    def about(
        cls,
        subject: Subject,
        gate: Gate,
        *,
        wait: float,
        queries: Sequence[Path] = (),
        background: Background | None = None,
    ) -> Site:
        """Return the site of a store; `wait` is how long a first answer waits for a writer to end.

        `queries` are the person's own files and folders of queries. Raises QueryFileError.
        """
        answers = Answers(Reading(subject.database, subject.time_zone), wait)
        return cls(subject, gate, answers, load_queries(queries), background)
