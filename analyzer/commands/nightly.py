"""`analyzer nightly`: read the logs, summarise what is due, and send it to whoever wants it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import (
    ConfigurationOption,
    DatabaseOption,
    JsonOption,
    LogOption,
    WaitOption,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analyzer.api import Store
    from analyzer.night.log import Log
    from analyzer.night.night import Outcome, Setting
    from analyzer.night.period import Period

app = typer.Typer(
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def nightly(
    context: typer.Context,
    date: Annotated[
        str | None,
        typer.Option(
            "--date", metavar="DATE", help="The day, such as 2026-11-22 [default: all that is due]."
        ),
    ] = None,
    period: Annotated[
        str | None,
        typer.Option("--period", metavar="nightly|weekly|monthly", help="The day, its week or its month."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Write it anew although it is done; nothing is sent twice.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be sent where, of what is stored.")
    ] = False,
    resend: Annotated[
        str | None,
        typer.Option("--resend", metavar="CHANNEL", help="Send a message that is in doubt again."),
    ] = None,
    log_format: LogOption = "text",
    as_json: JsonOption = False,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
) -> int:
    """Ingest, summarise what is due, and send it.

    What analyzer.toml names is ingested; days are cut in its time zone. HTML, Markdown and JSON go into
    the folder that it names as reports, messages to its channels, each once. Nights that were missed are
    caught up with; a night that is done is left as it is, one that failed goes on where it ended. What is
    older than the retention is deleted.

    The exit code is 3 where a threshold of analyzer.toml is crossed, and 1 where something failed.

    Examples:

        analyzer nightly
        analyzer nightly --date 2026-11-22 --json
        analyzer nightly --period weekly --dry-run
        analyzer nightly status
    """
    if context.invoked_subcommand is not None:
        return 0
    from analyzer.night.log import log_in

    log = log_in(log_format)

    def work() -> int:
        store, setting = _prepared(db, config, wait, log)
        chosen = _chosen(setting, date, period, force or resend is not None)
        if setting.ingest is None:
            log("analyzer.toml names nothing to ingest; the summary is of what is stored", event="ingest")
        if dry_run:
            return _previewed(setting, chosen, as_json)
        if resend is not None and chosen is not None:
            _release(setting, chosen, resend)
        return _run(store, setting, chosen, force, as_json, log)

    return _ended(work, log, log_format, as_json)


@app.command()
def status(
    as_json: JsonOption = False,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
) -> None:
    """Show what the latest nights came to, and which messages are not sent or in doubt.

    Examples:

        analyzer nightly status
        analyzer nightly status --json
    """
    from analyzer.config import load_configuration, resolve_database
    from analyzer.night.status import status as found_status
    from analyzer.night.status import told

    configuration = load_configuration(explicit=config)
    database = resolve_database(db, configuration)
    found = found_status(database, configuration.wait if wait is None else wait, configuration)
    print(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(told(found)))


def _ended(work: Callable[[], int], log: Log, log_format: str, as_json: bool) -> int:
    """Do the work and return the exit code; where another process is at it, say so and be content."""
    from analyzer.errors import AnalyzerError
    from analyzer.night.lock import TakenError
    from analyzer.night.log import JSON

    try:
        return work()
    except TakenError as error:
        log(f"{error} is at the nights; nothing to do here", event="taken")
        if as_json:
            print(json.dumps({"nights": []}))
        return 0
    except AnalyzerError as error:
        if log_format != JSON:
            raise
        log(str(error), level="error", event="failed")
        return error.exit_code


def _prepared(db: object, config: object, wait: float | None, log: Log) -> tuple[Store, Setting]:
    from analyzer.api import Store
    from analyzer.config import load_configuration
    from analyzer.night.clock import Clock
    from analyzer.night.setting import setting_of

    configuration = load_configuration(explicit=config)  # type: ignore[arg-type]
    store = Store(db, wait=wait, configuration=configuration)  # type: ignore[arg-type]
    return store, setting_of(store, Clock(), log)


def _chosen(setting: Setting, date: str | None, period: str | None, needs_one: bool) -> Period | None:
    """Return the period that the call names; None where it names none, and what is due is meant."""
    from analyzer.errors import UsageError
    from analyzer.night.period import KINDS, NIGHTLY, chosen_period

    if period is not None and period not in KINDS:
        raise UsageError(f"--period is {period!r}; it must be one of {', '.join(KINDS)}")
    if date is None and period is None and not needs_one:
        return None
    zone = setting.configuration.time_zone
    return chosen_period(period or NIGHTLY, date, zone, setting.clock.now())


def _previewed(setting: Setting, chosen: Period | None, as_json: bool) -> int:
    from analyzer.errors import UsageError
    from analyzer.night.preview import preview
    from analyzer.night.run import due_of, wanted_kinds

    if as_json:
        raise UsageError("--dry-run shows text; leave out --json")
    if chosen is not None:
        periods = [chosen]
    else:
        periods = [one for kind in wanted_kinds(setting) for one in due_of(setting, kind).periods]
    print("\n".join(preview(setting, periods)))
    return 0


def _release(setting: Setting, chosen: Period, channel: str) -> None:
    """Let a message that is in doubt be sent again."""
    from contextlib import closing

    from analyzer.errors import UnknownNameError
    from analyzer.night.steps import occasion
    from analyzer.store.deliveries import release
    from analyzer.store.nights import forget_step
    from analyzer.store.open import open_writer

    names = [one.name for one in setting.configuration.channels]
    if channel not in names:
        known = f"there are {', '.join(names)}" if names else "analyzer.toml has none"
        raise UnknownNameError(f"there is no channel {channel!r}; {known}")
    with closing(open_writer(setting.database, setting.wait)) as connection:
        if not release(connection, occasion(chosen), channel):
            raise UnknownNameError(
                f"no message of {occasion(chosen)} to {channel!r} is in doubt; see 'analyzer nightly status'"
            )
        forget_step(connection, chosen.kind, chosen.name, "delivery")


def _run(store: Store, setting: Setting, chosen: Period | None, force: bool, as_json: bool, log: Log) -> int:
    from analyzer.night.grown import grown_yesterday
    from analyzer.night.run import exit_code, run_due

    outcomes = run_due(setting) if chosen is None else [_named(setting, chosen, force)]
    if not outcomes and (gained := grown_yesterday(setting)) is not None:
        log(gained, event="grown")
    for note in store.notes(classifies=True):
        log(note)
    _tell(outcomes, as_json, log)
    return exit_code(outcomes)


def _named(setting: Setting, chosen: Period, force: bool) -> Outcome:
    """Run the night that was asked for by its name: where another process is at them, that has failed."""
    from analyzer.errors import StoreError
    from analyzer.night.lock import TakenError
    from analyzer.night.run import run_one

    try:
        return run_one(setting, chosen, force)
    except TakenError as error:
        raise StoreError(
            f"{error} is at the nights; run this again for {chosen.name} when it has ended"
        ) from error


def _tell(outcomes: Sequence[Outcome], as_json: bool, log: Log) -> None:
    """Print the summaries, and say what came of each night."""
    from analyzer.night.told import tell

    if as_json:
        last = next((one.summary for one in reversed(outcomes) if one.summary is not None), None)
        print(json.dumps({**(last or {}), "nights": [one.as_json() for one in outcomes]}, ensure_ascii=False))
    else:
        for one in outcomes:
            if one.is_new and not one.is_resumed and one.summary is not None:
                print(one.files.markdown.read_text(encoding="utf-8"), end="")
    if not outcomes:
        log("nothing is due", event="nothing_due")
    for one in outcomes:
        tell(one, log)
