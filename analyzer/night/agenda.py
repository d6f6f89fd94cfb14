"""When the nights run: the last one, the next one and who starts it, and those missed: `schedule status`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.config import Configuration
from analyzer.night.cron import Cron
from analyzer.night.due import due
from analyzer.night.job import Job, job_for
from analyzer.night.lock import SCHEDULE, holder, noted
from analyzer.night.plan import Plan, plan_named, plan_of
from analyzer.night.schedule import Scheduler
from analyzer.night.systemd import Systemd
from analyzer.store.nights import MISSED, NightRecord, nights_of
from analyzer.store.open import open_reader

_SCHEDULERS: Mapping[str, Callable[[Job], Scheduler]] = {"cron": Cron, "systemd": Systemd}


def agenda(configuration: Configuration, database: Path, wait: float, now: datetime) -> dict[str, Any]:
    """Return the last night, the next run and what starts it, what is due, and what was missed for good."""
    recorded: dict[str, NightRecord] = {}
    if database.exists():
        with closing(open_reader(database, wait)) as connection:
            recorded = nights_of(connection, "nightly")
    zone = ZoneInfo(configuration.time_zone)
    wanted = due("nightly", zone, now, recorded, configuration.catch_up)
    done = [night for night in recorded.values() if night.finished_at is not None]
    last = max(done, key=lambda night: night.period, default=None)
    missed = sorted(
        {name for name, night in recorded.items() if night.outcome == MISSED}
        | {period.name for period in wanted.missed}
    )
    own = plan_of(configuration)
    starters = _starters(configuration, database, own)
    moments = [plan.after(now) for _, plan in starters] or [own.after(now)]
    again = _again(database, now)
    return {
        "last": _last(last, zone),
        "next": min(again or moments[0], *moments).astimezone(zone).isoformat(),
        "again": again.astimezone(zone).isoformat() if again else None,
        "started_by": [_said(name, plan, own) for name, plan in starters],
        "due": [period.name for period in wanted.periods],
        "missed": missed,
    }


def told(found: Mapping[str, Any]) -> list[str]:
    """Return the same as lines for people."""
    last = found["last"]
    verdict = f" ({last['verdict']})" if last and last["verdict"] else ""
    lines = [
        f"last    {last['period']}: {last['outcome']}{verdict}, {_minute(last['finished_at'])}"
        if last
        else "last    no night is recorded yet"
    ]
    if found["started_by"]:
        what = ", what failed once more" if found["again"] == found["next"] else ""
        lines.append(f"next    {_minute(found['next'])}{what}, by {' and '.join(found['started_by'])}")
    else:
        lines.append(
            "next    nothing starts it: run 'analyzer schedule run', or 'analyzer schedule install --cron' "
            "or '--systemd'"
        )
    lines.append(f"due     {', '.join(found['due']) or 'nothing'}")
    lines.append(f"missed  {', '.join(found['missed']) or 'none'}")
    return lines


def _last(night: NightRecord | None, zone: ZoneInfo) -> dict[str, Any] | None:
    if night is None or night.finished_at is None:
        return None
    return {
        "period": night.period,
        "outcome": night.outcome,
        "verdict": night.verdict,
        "finished_at": night.finished_at.astimezone(zone).isoformat(timespec="seconds"),
    }


def _starters(configuration: Configuration, database: Path, own: Plan) -> list[tuple[str, Plan]]:
    """Return what starts the nights of a database, each with its plan; `own` is the configuration's."""
    found = []
    running = holder(database, SCHEDULE)
    if running is not None:
        written_plan, _, _ = noted(database, SCHEDULE).partition("\n")
        found.append((f"'analyzer schedule run' ({running})", plan_named(written_plan) or own))
    if configuration.path is None:
        return found
    job = job_for(configuration, database, configuration.nightly_at)
    for name, scheduler in _SCHEDULERS.items():
        written = scheduler(job).planned()
        if written is None:
            continue
        plan = plan_named(written) or own
        # --at is the caller's choice; whatever else is different is out of date.
        same = scheduler(replace(job, at=plan.at, time_zone=plan.zone.key)).installed()
        stale = "" if same else " (not as 'analyzer schedule install' writes it now; install it again)"
        found.append((f"{name}{stale}", plan))
    return found


def _again(database: Path, now: datetime) -> datetime | None:
    """Return when what failed is tried again by the schedule that runs; None where nothing is."""
    _, _, moment = noted(database, SCHEDULE).partition("\n")
    try:
        again = datetime.fromisoformat(moment)
    except ValueError:
        return None
    return again if again > now else None


def _said(name: str, plan: Plan, own: Plan) -> str:
    return name if plan == own else f"{name} at {plan} (analyzer.toml: {own})"


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
