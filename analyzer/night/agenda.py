"""When the nights run: the last one, the next one and who starts it, and those missed: `schedule status`."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from analyzer.config import Configuration
from analyzer.night.cron import Cron
from analyzer.night.due import due
from analyzer.night.job import job_for
from analyzer.night.lock import SCHEDULE, holder
from analyzer.night.plan import plan_of
from analyzer.night.schedule import Scheduler
from analyzer.night.systemd import Systemd
from analyzer.store.nights import MISSED, NightRecord, nights_of
from analyzer.store.open import open_reader


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
    return {
        "last": _last(last, zone),
        "next": plan_of(configuration).after(now).astimezone(zone).isoformat(),
        "started_by": _started_by(configuration, database),
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
        lines.append(f"next    {_minute(found['next'])}, by {' and '.join(found['started_by'])}")
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


def _started_by(configuration: Configuration, database: Path) -> list[str]:
    found = []
    running = holder(database, SCHEDULE)
    if running is not None:
        found.append(f"'analyzer schedule run' ({running})")
    if configuration.path is not None:
        job = job_for(configuration, None, configuration.nightly_at)
        schedulers: tuple[tuple[str, Scheduler], ...] = (("cron", Cron(job)), ("systemd", Systemd(job)))
        for name, scheduler in schedulers:
            if scheduler.present():
                same = scheduler.installed()
                found.append(name if same else f"{name} (not as analyzer.toml says; install it again)")
    return found


def _minute(moment: str) -> str:
    return moment[:16].replace("T", " ")
