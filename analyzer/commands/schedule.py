"""`analyzer schedule`: run the nights on a schedule, or let cron or systemd do it."""

from __future__ import annotations

import json
import sys
from pathlib import Path
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
    from threading import Event

    from analyzer.config import Configuration
    from analyzer.night.night import Setting
    from analyzer.night.schedule import Scheduler

app = typer.Typer(
    help="Run 'analyzer nightly' every night, or let cron or systemd run it.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CronOption = Annotated[bool, typer.Option("--cron", help="In your crontab.")]
SystemdOption = Annotated[bool, typer.Option("--systemd", help="As a systemd user service and timer.")]
AtOption = Annotated[
    str | None,
    typer.Option(
        "--at", metavar="HH:MM", help="Time of day, in analyzer.toml's zone [default: analyzer.toml, 00:30]."
    ),
]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


@app.command()
def run(
    at: AtOption = None,
    log_format: LogOption = "text",
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
) -> int:
    """Stay in the foreground and run the nights: what is due now, then every night.

    analyzer.toml is read anew each time, and a change of its nightly_at or time_zone is followed within
    seconds; one that cannot be read is said, and the schedule stays. What failed is tried again after 5,
    15 and then every 60 minutes. Between the runs the database is closed. Ctrl-C and SIGTERM end it when
    the night at work is done.

    Examples:

        analyzer schedule run
        analyzer schedule run --at 01:15 --log-format json
    """
    from analyzer.api import Store
    from analyzer.config import load_configuration
    from analyzer.errors import ConfigurationError
    from analyzer.night.clock import stoppable
    from analyzer.night.forever import keep_running
    from analyzer.night.log import log_in
    from analyzer.night.setting import setting_of

    log = log_in(log_format)
    had_one = load_configuration(explicit=config).path is not None

    def configuration() -> Configuration:
        found = load_configuration(explicit=config)
        # A file that is gone is a fault, and no call for the defaults.
        if had_one and found.path is None:
            raise ConfigurationError("analyzer.toml is gone; put it back")
        return found

    def prepare(stop: Event) -> Setting:
        return setting_of(Store(db, wait=wait, configuration=configuration()), stoppable(stop), log)

    keep_running(prepare, configuration, at, log)
    return 0


@app.command()
def status(
    as_json: JsonOption = False,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
    wait: WaitOption = None,
) -> None:
    """Show the last night, the next one and who runs it, and the nights that were missed.

    The next night is at the time that its schedule has: the --at it was started or installed with, too.

    Examples:

        analyzer schedule status
        analyzer schedule status --json
    """
    from datetime import UTC, datetime

    from analyzer.api import Store
    from analyzer.config import load_configuration
    from analyzer.night.agenda import agenda, told

    store = Store(db, wait=wait, configuration=load_configuration(explicit=config))
    found = agenda(store.configuration, store.path, store.wait, datetime.now(UTC))
    print(json.dumps(found, ensure_ascii=False) if as_json else "\n".join(told(found)))


@app.command()
def install(
    cron: CronOption = False,
    systemd: SystemdOption = False,
    at: AtOption = None,
    yes: YesOption = False,
    only_print: Annotated[bool, typer.Option("--print", help="Only show what would be written.")] = False,
    db: DatabaseOption = None,
    config: ConfigurationOption = None,
) -> None:
    """Show what would be written, then write it.

    What was installed for the same analyzer.toml is replaced, and nothing else. In a pipe, without --yes,
    it only shows.

    Examples:

        analyzer schedule install --cron
        analyzer schedule install --systemd --at 01:15 --yes
        analyzer schedule install --cron --print
    """
    scheduler = _scheduler(cron, systemd, at, db, config)
    print(scheduler.text(), end="")
    _tell_unseen_variables(config)
    if only_print:
        return
    if scheduler.installed():
        _note("this is installed already; nothing changed")
    elif _agreed(yes, "Write this?"):
        _note(scheduler.install())


@app.command()
def remove(
    cron: CronOption = False,
    systemd: SystemdOption = False,
    yes: YesOption = False,
    config: ConfigurationOption = None,
) -> None:
    """Take the nightly run of this analyzer.toml away.

    Examples:

        analyzer schedule remove --cron --yes
    """
    scheduler = _scheduler(cron, systemd, None, None, config)
    if _agreed(yes, "Take the nightly run away?"):
        _note(scheduler.remove() or "it was not installed; nothing changed")


def _scheduler(cron: bool, systemd: bool, at: str | None, db: Path | None, config: Path | None) -> Scheduler:
    from analyzer.config import load_configuration
    from analyzer.errors import UsageError
    from analyzer.night.cron import Cron
    from analyzer.night.job import job_for
    from analyzer.night.systemd import Systemd

    if cron == systemd:
        raise UsageError("choose one scheduler: --cron or --systemd")
    configuration = load_configuration(explicit=config)
    job = job_for(configuration, db, at or configuration.nightly_at)
    return Cron(job) if cron else Systemd(job)


def _tell_unseen_variables(config: Path | None) -> None:
    """Say which variables hold here and will not at night: a scheduler does not see them."""
    import os

    from analyzer.config import DATABASE_VARIABLE, load_configuration
    from analyzer.config.keys import variable_of
    from analyzer.delivery.secret import variables_in
    from analyzer.ingest.key import VARIABLE

    configuration = load_configuration(config)
    origins = configuration.origins
    seen = [origin for key, origin in origins.items() if origin == variable_of(key) != DATABASE_VARIABLE]
    if seen:
        _note(f"the nightly run does not see {', '.join(seen)}; write it into analyzer.toml instead")
    named = [*(channel.address for channel in configuration.channels), configuration.heartbeat or ""]
    if secrets := sorted({name for address in named for name in variables_in(address)}):
        _note(
            f"the nightly run does not see {', '.join(secrets)}, which an address needs; write "
            "${file:PATH} in its place, or set it where the scheduler does"
        )
    if os.environ.get(VARIABLE):
        _note(
            f"the nightly run does not see {VARIABLE}, so it would give API keys other labels than this shell"
        )


def _agreed(yes: bool, question: str) -> bool:
    if yes:
        return True
    if sys.stdin.isatty():
        return typer.confirm(question, err=True)
    _note("nothing was changed: add --yes to do it without asking")
    return False


def _note(text: str) -> None:
    print(f"analyzer: {text}", file=sys.stderr)
