"""A run of the nights: everything that is due, in order, one process at a time."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo

from analyzer.errors import UsageError
from analyzer.night.due import Due, due
from analyzer.night.lock import NIGHTS, held
from analyzer.night.night import Outcome, Setting
from analyzer.night.period import KINDS, Period
from analyzer.night.steps import Night
from analyzer.store.nights import miss_nights, nights_of
from analyzer.store.open import open_writer

QUIET_EXIT, FAILURE_EXIT, CROSSED_EXIT = 0, 1, 3


def run_due(setting: Setting) -> list[Outcome]:
    """Run every night that is due, of each kind that is wanted.

    Raises TakenError where another process is at the nights."""
    with held(setting.database, NIGHTS, setting.clock.now()):
        found: list[Outcome] = []
        plan = [(kind, due_of(setting, kind)) for kind in wanted_kinds(setting)]
        for kind, wanted in plan:
            _tell_missed(setting, kind, wanted)
        nights = [
            Night(
                setting,
                period,
                by_hand=period in wanted.by_hand,
                # The first that is due by itself says so; those gone on with come before it.
                missed=tuple(one.name for one in wanted.missed) if number == len(wanted.by_hand) else (),
            )
            for _, wanted in plan
            for number, period in enumerate(wanted.periods)
        ]
        for number, night in enumerate(_once(nights), start=1):
            # The night at work is ended in order, the others wait for the next run.
            if found and setting.clock.is_stopped():
                break
            outcome = replace(night, is_last=number == len(nights)).run()
            found.append(outcome)
            if isinstance(outcome.error, UsageError):
                raise outcome.error
        return found


def run_one(setting: Setting, period: Period, force: bool = False) -> Outcome:
    """Run the night of one period. Raises TakenError where another process is at the nights."""
    with held(setting.database, NIGHTS, setting.clock.now()):
        outcome = Night(setting, period, by_hand=True).run(force)
        if isinstance(outcome.error, UsageError):
            raise outcome.error
        return outcome


def wanted_kinds(setting: Setting) -> list[str]:
    """Return the kinds of summaries that the configuration wants, or a channel gets."""
    configuration = setting.configuration
    wanted = {
        *configuration.summaries,
        *(kind for channel in configuration.channels for kind in channel.gets),
    }
    return [kind for kind in KINDS if kind in wanted]


def due_of(setting: Setting, kind: str) -> Due:
    """Return what is due of a kind now."""
    configuration = setting.configuration
    recorded = {}
    if setting.database.exists():
        # Opened for writing, because a store of an older version is brought up to date by it.
        with closing(open_writer(setting.database, setting.wait)) as connection:
            recorded = nights_of(connection, kind)
    zone = ZoneInfo(configuration.time_zone)
    return due(kind, zone, setting.clock.now(), recorded, configuration.catch_up)


def exit_code(outcomes: Sequence[Outcome]) -> int:
    """Return 1 where a night failed or lacks a file, 3 where one crossed a threshold, else 0."""
    if any(outcome.outcome == "failed" or outcome.unread for outcome in outcomes):
        return FAILURE_EXIT
    return CROSSED_EXIT if any(outcome.crossed for outcome in outcomes) else QUIET_EXIT


def _once(nights: Sequence[Night]) -> list[Night]:
    """Let the logs be read once for all nights of a run."""
    if not nights or nights[0].setting.ingest is None:
        return list(nights)
    setting = replace(nights[0].setting, ingest=cache(nights[0].setting.ingest))
    return [replace(night, setting=setting) for night in nights]


def _tell_missed(setting: Setting, kind: str, wanted: Due) -> None:
    if not wanted.missed:
        return
    first, last = wanted.missed[0], wanted.missed[-1]
    span = first.name if first == last else f"{first.name} to {last.name}"
    setting.say(
        f"{kind}: no summary of {span}: longer ago than catch_up = {setting.configuration.catch_up}; "
        f"'analyzer nightly --period {kind} --date {first.first}' makes one",
        event="missed",
        periods=[period.name for period in wanted.missed],
    )
    with closing(open_writer(setting.database, setting.wait)) as connection:
        spans = [(one.name, (one.since, one.until, one.zone.key)) for one in wanted.missed]
        miss_nights(connection, kind, spans)
