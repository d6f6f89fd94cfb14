"""`analyzer schedule`: let cron or systemd start the nights."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from analyzer.commands._options import ConfigurationOption, DatabaseOption

if TYPE_CHECKING:
    from analyzer.night.schedule import Scheduler

app = typer.Typer(
    help="Let cron or systemd run 'analyzer nightly' every night.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

CronOption = Annotated[bool, typer.Option("--cron", help="In your crontab.")]
SystemdOption = Annotated[bool, typer.Option("--systemd", help="As a systemd user service and timer.")]
YesOption = Annotated[bool, typer.Option("--yes", help="Do it without asking.")]


@app.command()
def install(
    cron: CronOption = False,
    systemd: SystemdOption = False,
    at: Annotated[str, typer.Option(metavar="HH:MM", help="Time of day, in analyzer.toml's zone.")] = "00:30",
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
    scheduler = _scheduler(cron, systemd, "00:30", None, config)
    if _agreed(yes, "Take the nightly run away?"):
        _note(scheduler.remove() or "it was not installed; nothing changed")


def _scheduler(cron: bool, systemd: bool, at: str, db: Path | None, config: Path | None) -> Scheduler:
    from analyzer.config import load_configuration
    from analyzer.errors import UsageError
    from analyzer.night.cron import Cron
    from analyzer.night.job import job_for
    from analyzer.night.systemd import Systemd

    if cron == systemd:
        raise UsageError("choose one scheduler: --cron or --systemd")
    job = job_for(load_configuration(explicit=config), db, at)
    return Cron(job) if cron else Systemd(job)


def _tell_unseen_variables(config: Path | None) -> None:
    """Say which variables hold here and will not at night: a scheduler does not see them."""
    import os

    from analyzer.config import DATABASE_VARIABLE, load_configuration
    from analyzer.config.keys import variable_of
    from analyzer.ingest.key import VARIABLE

    origins = load_configuration(config).origins
    seen = [origin for key, origin in origins.items() if origin == variable_of(key) != DATABASE_VARIABLE]
    if seen:
        _note(f"the nightly run does not see {', '.join(seen)}; write it into analyzer.toml instead")
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
