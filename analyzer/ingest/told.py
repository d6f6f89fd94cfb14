"""What a person reads after an ingestion: what became of the lines, and what fails most."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.ingest.totals import Totals
from analyzer.text import visible

_NAMED = 5


def notes(totals: Totals, time_zone: str) -> list[str]:
    """Return what a person should know besides the totals, a line each: failures, copies, odd files."""
    said = _noted(totals)
    said += _odd_times_told(totals)
    zoneless = [source.name for source in totals.sources if source.lacks_zone]
    if zoneless:
        said.append(
            f"{_listed(zoneless)}: times without a zone were read as {time_zone}; "
            "--tz, or log_time_zone in analyzer.toml, says otherwise"
        )
    said += _years_told(totals)
    guessed = [source.name for source in totals.sources if source.order_is_guessed]
    if guessed:
        said.append(
            f"{_listed(guessed)}: dates such as 03/11/2026 were read with the month first; "
            "no number above 12 in the lines looked at says which of the two it is"
        )
    if totals.passed_over:
        said.append(f"passed over, not named like a log: {_listed(totals.passed_over)}")
    return said


def _noted(totals: Totals) -> list[str]:
    """Return what was noted of each source; what was noted of several in the same words once."""
    names: dict[str, list[str]] = {}
    for source in totals.sources:
        if source.note:
            start = f"{source.name}: "
            is_of_it = source.note.startswith(start)
            names.setdefault(source.note.removeprefix(start), []).append(source.name if is_of_it else "")
    return [f"{_listed(of)}: {note}" if of[0] else note for note, of in names.items()]


def _odd_times_told(totals: Totals) -> list[str]:
    """Return which sources have lines whose times are missing or cannot be read."""
    lacking = [
        f"{source.name}: {source.times.lacking:,} lines were rejected because nothing tells their time; "
        "read the log into a new database with --time mtime (or now, or a moment)"
        for source in totals.sources
        if source.times.lacking
    ]
    unreadable = [
        f"{source.name}: the time of {_counted(source.times.unreadable, 'event')} cannot be read, that of "
        f"line {source.times.first_unreadable:,} first; the time of the line above stands in its place"
        for source in totals.sources
        if source.times.unreadable
    ]
    return lacking + unreadable


def _years_told(totals: Totals) -> list[str]:
    """Return the days as of which times without a year were read, each with its sources."""
    read: dict[str, list[str]] = {}
    for source in totals.sources:
        if source.as_of is not None:
            day = datetime.fromtimestamp(source.as_of / 1_000_000, UTC).date().isoformat()
            read.setdefault(day, []).append(source.name)
    return [
        f"{_listed(names)}: times without a year were read as of {day}, when the log was last written"
        for day, names in read.items()
    ]


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def first_words(totals: Totals, database: Path) -> str:
    """Return the totals in words."""
    ledger = totals.ledger
    read = totals.count("read")
    files = f"{read} file{'' if read == 1 else 's'} read"
    for state, words in (("skipped", "with nothing new"), ("failed", "failed")):
        if totals.count(state):
            files += f", {totals.count(state)} {words}"
    # Lines of OTLP hold many records each: then the counts are more than the lines.
    adds_up = ledger.lines == ledger.events + ledger.rejects + ledger.blank + ledger.continuation
    return (
        f"{files} into {database} in {totals.seconds:.1f} s\n"
        f"{ledger.lines:,} lines {'=' if adds_up else 'hold'} {ledger.events:,} events"
        f" {_added(ledger.rejects, 'rejects')} {_added(ledger.blank, 'blank')}"
        f" {_added(ledger.continuation, 'continuation')};"
        f" {ledger.failures:,} of the events failed\n{_set_aside(totals.duplicates)}"
    )


def _added(number: int, what: str) -> str:
    """Say so many more; fewer are those that were cut short when they were read, and are whole now."""
    return f"+ {number:,} {what}" if number >= 0 else f"- {-number:,} earlier {what}"


def _set_aside(duplicates: int | None) -> str:
    if not duplicates:
        return ""
    if duplicates < 0:
        return f"{-duplicates:,} events are duplicates no more\n"
    return f"{duplicates:,} events were logged by another source too and are set aside (view duplicates)\n"


def worst_failures(errors: Any, again: str) -> str:
    """Return the first rows of the query errors_by_code (an Arrow table) in words, and the next command.

    `again` are the options that name the same store there.
    """
    # Only the columns shown: to hand over a time, Arrow would import pandas.
    rows = errors.select(["failures", "share", "code"]).to_pylist()
    if not rows:
        return "no failure is stored\n"
    lines = ["what fails most, in all that is stored:"]
    for row in rows:
        lines.append(f"  {row['failures']:>10,}  {row['share']:>6.1%}  {visible(row['code'])}")
    lines.append(f"next: analyzer report{again} -o report.html")
    return "\n".join(lines) + "\n"
