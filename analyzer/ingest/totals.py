"""The line ledger: lines = events + rejects + blank + continuation, of a batch, a source and a run."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analyzer.store.progress import Progress


@dataclass(frozen=True)
class Ledger:
    """Counts of lines and of what they became; `failures` are among the events.

    `lines` is their sum but for formats whose lines hold several records each (OTLP): there a line with
    three requests is one line and three events.
    """

    lines: int = 0
    events: int = 0
    failures: int = 0
    rejects: int = 0
    blank: int = 0
    continuation: int = 0

    def __add__(self, other: Ledger) -> Ledger:
        return Ledger(*(getattr(self, field.name) + getattr(other, field.name) for field in fields(Ledger)))

    def __sub__(self, other: Ledger) -> Ledger:
        return Ledger(*(getattr(self, field.name) - getattr(other, field.name) for field in fields(Ledger)))


@dataclass(frozen=True)
class OddTimes:
    """Lines rejected because nothing told their time (`lacking`), and events that tell one which cannot be
    read, so that they have the one above: how many, and the line of the first."""

    lacking: int = 0
    unreadable: int = 0
    first_unreadable: int | None = None

    def __add__(self, later: OddTimes) -> OddTimes:
        first = self.first_unreadable if self.first_unreadable is not None else later.first_unreadable
        return OddTimes(self.lacking + later.lacking, self.unreadable + later.unreadable, first)


@dataclass(frozen=True)
class SourceOutcome:
    """What a run did with one source: the net change of its ledger, and a note for the person.

    `state` is read (something new), skipped (nothing new) or failed; `times` counts the lines whose times
    are missing or cannot be read; `lacks_zone` says that its times tell no zone;
    `as_of` is the moment (microseconds since 1970) as of which times without a year were read;
    `order_is_guessed` says that its dates may have the day first, and were read with the month first.
    """

    name: str
    state: str
    ledger: Ledger = Ledger()
    format: str | None = None
    note: str | None = None
    times: OddTimes = OddTimes()
    lacks_zone: bool = False
    as_of: int | None = None
    order_is_guessed: bool = False

    def but(self, doubt: str) -> SourceOutcome:
        """Return the same with a doubt added to its note."""
        said = f"{self.name}: {doubt}"
        return replace(self, note=f"{self.note}; {said}" if self.note else said)


def skipped_copy(name: str, copy_of: str) -> SourceOutcome:
    """Return what became of a source whose content was read under another name."""
    return SourceOutcome(name, "skipped", note=f"{name} is a copy of {copy_of}, skipped")


@dataclass(frozen=True)
class Totals:
    """What a run did: net totals of all its sources, what happened to each, and the files of folders
    that were passed over because their names are no log's. `duplicates` is how many more events are
    set aside than before, None for a store that sets none aside."""

    sources: tuple[SourceOutcome, ...]
    passed_over: tuple[str, ...]
    seconds: float
    duplicates: int | None = None

    @property
    def ledger(self) -> Ledger:
        """The sum over the sources."""
        return sum((source.ledger for source in self.sources), Ledger())

    def count(self, state: str) -> int:
        """Return how many sources ended as `state`."""
        return sum(source.state == state for source in self.sources)

    def as_json(self) -> dict[str, int | float]:
        """Return the totals under the names that `--json` promises."""
        ledger = self.ledger
        return {
            "files": self.count("read"),
            "skipped": self.count("skipped"),
            "failed_files": self.count("failed"),
            **{field.name: getattr(ledger, field.name) for field in fields(Ledger)},
            **({} if self.duplicates is None else {"duplicates": self.duplicates}),
            "seconds": round(self.seconds, 3),
        }


def replaced_by(progress: Progress, is_export: bool) -> str:
    """Return the word for the person where a source is another file than the one read before.

    An export is written anew each time, and often holds again what the one before held.
    """
    name, number = progress.name, progress.generation
    told = (
        f"{name} was rewritten or truncated since it was last read; taken as a new file (generation {number})"
    )
    way_out = f"'analyzer forget {name} --generation {number - 1}' if it holds it again"
    return f"{told}; what it held before still counts: {way_out}" if is_export else told
