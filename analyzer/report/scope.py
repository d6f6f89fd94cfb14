"""What a page is about: a span of time, the one it is compared with, its zone, language and target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple


class Span(NamedTuple):
    """A span of time: `since` inclusive, `until` exclusive; both carry a zone.

    `name` says in a word what it is to the page: current, or of the one beside it previous, before (a
    release) or other.
    """

    since: datetime
    until: datetime
    name: str = "previous"

    @property
    def length(self) -> timedelta:
        """The time that passes in the span, clock changes or not."""
        return self.until.astimezone(UTC) - self.since.astimezone(UTC)

    @property
    def exact(self) -> dict[str, datetime]:
        """The span as the queries take it."""
        return {"since": self.since, "until": self.until}


class Release(NamedTuple):
    """A moment after which something was different: a new version, a changed key."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Beside:
    """What the page's figures stand beside: the span before, another one (`span`), or before a `release`.

    `span` is None where there is nothing to compare with. `notes` are keys of the section [compare]:
    `short` (only a part of the span before is stored, from `stored_from` on), `shorter` (--since leaves
    less before the release than lies after it), `open` (no range was asked for), `nothing_before`, `off`.
    """

    span: Span | None
    kind: str = "before"
    release: Release | None = None
    notes: tuple[str, ...] = ()
    stored_from: datetime | None = None


@dataclass(frozen=True)
class Scope:
    """What a page is about.

    `since` and `until` (exclusive; None is open) are aware and in the zone; `beside` is what stands beside
    every figure (None: the span before, where something is stored of it); `slo` is the target for the
    share of requests that succeed, in percent.
    """

    since: datetime | None
    until: datetime | None
    time_zone: str
    language: str
    beside: Beside | None = None
    slo: float | None = None
