"""The steps of a night: read the logs, ask about the day, write its files, and remember that it is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzer.night.day import Day
from analyzer.night.facts import data_until, facts_of
from analyzer.night.files import NightFiles, night_files, write_whole
from analyzer.night.markdown import markdown
from analyzer.night.record import DONE, PARTIAL, is_done, record
from analyzer.night.stored import Stored
from analyzer.night.summary import summary
from analyzer.text import texts


@dataclass(frozen=True)
class Night:
    """What a night is about and where it writes."""

    day: Day
    database: Path
    reports: Path
    language: str
    wait_seconds: float


@dataclass(frozen=True)
class Outcome:
    """What a night came to."""

    summary: Mapping[str, Any]
    files: NightFiles
    is_new: bool
    """False where the files are those of an earlier call."""
    unread: int = 0
    """How many files could not be read; the summary is without them."""


def run_night(
    night: Night,
    stored: Stored,
    ingest: Callable[[], int] | None,
    now: datetime,
    force: bool = False,
    expire: Callable[[], None] | None = None,
) -> Outcome:
    """Run the night unless it was run before, or with `force` in any case.

    `ingest` reads the logs and says how many files could not be read; None reads nothing. A day that is
    not over, or of which a file could not be read, is written but not done: the next call goes on.
    `expire` deletes what is too old, after the files are written.
    Raises DeliveryError, and what the store raises.
    """
    files = night_files(night.reports, night.day.name)
    if not force and files.all_there() and is_done(night.database, night.day.name, night.wait_seconds):
        return Outcome(json.loads(files.json.read_text(encoding="utf-8")), files, is_new=False)
    unread = ingest() if ingest is not None else 0
    made = _summarised(night, stored, now)
    is_new = force or not _says_the_same(files, made)
    outcome = DONE if not unread and night.day.is_over(now) else PARTIAL
    if is_new:
        _write(night, stored, files, made)
    if is_new or outcome == DONE:
        record(night.database, night.day.name, outcome, now.astimezone(UTC), night.wait_seconds)
    if expire is not None:
        expire()
    return Outcome(made, files, is_new, unread)


def _summarised(night: Night, stored: Stored, now: datetime) -> dict[str, Any]:
    facts = facts_of(stored, night.day, night.language)
    before = facts_of(stored, night.day.before(), night.language)
    return summary(facts, before, data_until(stored, facts), now)


def _says_the_same(files: NightFiles, made: Mapping[str, Any]) -> bool:
    return files.all_there() and files.json.read_text(encoding="utf-8") == _as_json(made)


def _write(night: Night, stored: Stored, files: NightFiles, made: Mapping[str, Any]) -> None:
    page = markdown(made, texts(night.language))

    def write_html(path: Path) -> None:
        stored.report(
            path,
            since=made["since"],
            until=made["until"],
            time_zone=night.day.zone.key,
            language=night.language,
        )

    write_whole(
        {
            files.markdown: lambda path: path.write_text(page, encoding="utf-8"),
            files.json: lambda path: path.write_text(_as_json(made), encoding="utf-8"),
            files.html: write_html,
        }
    )


def _as_json(made: Mapping[str, Any]) -> str:
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"
