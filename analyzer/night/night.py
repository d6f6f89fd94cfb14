"""What a night is about, what it needs, and what it came to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.config import Configuration
from analyzer.config.channels import Channel
from analyzer.delivery import Pace
from analyzer.errors import AnalyzerError
from analyzer.night.clock import Clock
from analyzer.night.files import NightFiles
from analyzer.night.period import Period
from analyzer.store.deliveries import Delivery

if TYPE_CHECKING:
    from analyzer.query.ahead import Ahead

Say = Callable[..., object]
"""Hears one line, and by name what a machine would want to know of it."""


@dataclass(frozen=True)
class Setting:
    """What every night of a run shares."""

    configuration: Configuration
    database: Path
    wait: float
    """Seconds to wait while another process holds the database."""
    ingest: Callable[[], int] | None
    """Reads the logs and says how many files could not be read; None: there is nothing to read."""
    report: Callable[[Path, Period, Ahead], object]
    """Writes the HTML report of a period, asking the store that is open in the period's zone."""
    expire: Callable[[], object] | None
    """Deletes what is too old; None: nothing is."""
    clock: Clock = field(default_factory=Clock)
    say: Say = lambda line, **named: None
    pauses: tuple[float, ...] = (2.0, 10.0)
    """Seconds before each further attempt at a step that failed."""
    pace: Pace = field(default_factory=Pace)

    def channels(self, kind: str) -> list[Channel]:
        """Return the channels that get the summaries of a kind."""
        return [channel for channel in self.configuration.channels if kind in channel.gets]

    def languages(self, kind: str) -> list[str]:
        """Return the languages that a summary of a kind is needed in, the configuration's first."""
        own = self.configuration.language
        return list(dict.fromkeys([own, *(channel.language or own for channel in self.channels(kind))]))


@dataclass(frozen=True)
class Outcome:
    """What a night came to."""

    period: Period
    outcome: str
    """`done`, `partial` or `failed`."""
    files: NightFiles
    summary: Mapping[str, Any] | None = None
    """None where a night failed before it had one."""
    is_new: bool = True
    """False where the files are those of an earlier call."""
    is_resumed: bool = False
    """True where an earlier call had written the files, and this one went on from there."""
    crossed: tuple[str, ...] = ()
    """The thresholds it crossed, in words."""
    unread: int = 0
    """How many files could not be read; the summary is without them."""
    reason: str | None = None
    """Why it failed."""
    error: AnalyzerError | None = None
    """What ended it; None where it went on to its end, if not with success."""
    deliveries: tuple[Delivery, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it under the names that `--json` promises."""
        return {
            "kind": self.period.kind,
            "period": self.period.name,
            "outcome": self.outcome,
            "is_new": self.is_new,
            "is_resumed": self.is_resumed,
            "verdict": self.summary.get("verdict") if self.summary else None,
            "crossed": list(self.crossed),
            "reason": self.reason,
            "deliveries": [
                {"channel": one.channel, "state": one.state, "reason": one.reason} for one in self.deliveries
            ],
        }
