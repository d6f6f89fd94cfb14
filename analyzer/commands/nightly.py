"""`analyzer nightly`: read the logs and summarise a day against the day before."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import ConfigurationOption, DatabaseOption, JsonOption, WaitOption
from analyzer.errors import SourceError

if TYPE_CHECKING:
    from analyzer.api import Store
    from analyzer.config import Configuration
    from analyzer.night.steps import Outcome


def nightly(
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="The day, such as 2026-11-22 [default: yesterday]."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Write the day anew although it is done.")] = False,
    as_json: JsonOption = False,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
) -> None:
    """Ingest, and summarise a day against the day before.

    What analyzer.toml names is ingested. Markdown, JSON and the HTML report go into the folder that it
    names as reports; days are cut in its time zone. A day that is done is left as it is. What is older
    than its retention is deleted.

    Examples:

        analyzer nightly
        analyzer nightly --date 2026-11-22 --json
    """
    from datetime import UTC, datetime

    from analyzer.api import Store
    from analyzer.config import load_configuration, resolve_database
    from analyzer.night.day import chosen_day
    from analyzer.night.steps import Night, run_night

    configuration, now = load_configuration(explicit=config), datetime.now(UTC)
    day = chosen_day(date, configuration.time_zone, now)
    database = resolve_database(db, configuration)
    store = Store(database, wait=wait, configuration=configuration)
    night = Night(day, database, configuration.reports, configuration.language, store.wait)
    outcome = run_night(
        night, store, _ingestion(store, configuration), now, force, _retention(store, configuration)
    )
    for note in store.notes(classifies=True):
        _note(note)
    _tell(outcome, as_json)


def _ingestion(store: Store, configuration: Configuration) -> Callable[[], int] | None:
    if not configuration.ingest:
        _note("analyzer.toml names nothing to ingest; the summary is of what is stored")
        return None
    from analyzer.ingest.told import notes

    def ingest() -> int:
        totals = store.ingest(configuration.ingest, create=True)
        for note in notes(totals, configuration.time_zone):
            _note(note)
        return totals.count("failed")

    return ingest


def _retention(store: Store, configuration: Configuration) -> Callable[[], None] | None:
    keep = configuration.retention
    if keep is None:
        return None

    def expire() -> None:
        done = store.retain(keep)
        if done.expired.events or done.expired.rejects:
            _note(
                f"retention deleted {done.expired.events:,} events and {done.expired.rejects:,} rejects "
                f"from before {done.cutoff.isoformat()}"
            )

    return expire


def _tell(outcome: Outcome, as_json: bool) -> None:
    page = outcome.files.markdown
    if as_json:
        print(json.dumps(outcome.summary, ensure_ascii=False))
    elif outcome.is_new:
        print(page.read_text(encoding="utf-8"), end="")
    if outcome.is_new:
        _note(f"wrote {page}, {outcome.files.json.name} and {outcome.files.html.name}")
    else:
        _note(f"nothing changed for {outcome.summary['day']}; --force writes {page} anew")
    if outcome.unread:
        raise SourceError(
            f"{outcome.unread} of the files could not be read, so the summary is without them; "
            "repair them and run 'analyzer nightly' again"
        )


def _note(text: str) -> None:
    print(f"analyzer: {text}", file=sys.stderr)
