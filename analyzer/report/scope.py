"""What a page is about: a span of time, the one it is compared with, its zone, language and target."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """A span of time: `since` inclusive, `until` exclusive. `name` says in a word what it is to the page."""

    since: datetime
    until: datetime
    name: str = "previous"


@dataclass(frozen=True)
class Scope:
    """What a page is about.

    `since` and `until` (exclusive; None is open) are aware and in the zone; `compared` is the span that
    stands beside every figure; `slo` is the target for the share of requests that succeed, in percent.
    """

    since: datetime | None
    until: datetime | None
    time_zone: str
    language: str
    compared: Span | None = None
    slo: float | None = None
