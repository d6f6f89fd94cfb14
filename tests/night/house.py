"""A folder with logs, an analyzer.toml and a clock: the nights in it are run with the real store and page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from analyzer.api import Store
from analyzer.config import load_configuration
from analyzer.night.clock import Clock
from analyzer.night.night import Outcome, Setting
from analyzer.night.period import chosen_period
from analyzer.night.run import run_due, run_one
from analyzer.night.setting import setting_of


def lines(start: str, count: int, failures: int, code: str = "ModelArts.81101", every: float = 60.0) -> str:
    """Write `count` requests, one a minute from `start` on, the first `failures` of them failed."""
    first = datetime.fromisoformat(start)
    written = []
    for number in range(count):
        record: dict[str, Any] = {
            "ts": (first + timedelta(seconds=every * number)).isoformat(),
            "method": "POST",
            "path": "/v1/chat",
            "status": 200,
        }
        if number < failures:
            record |= {"status": 429, "error": {"code": code, "message": "Too many requests."}}
        written.append(json.dumps(record) + "\n")
    return "".join(written)


class House:
    """A folder with a log, and the nights in it."""

    def __init__(self, folder: Path, zone: str = "Europe/Berlin", more: str = "") -> None:
        folder.mkdir(exist_ok=True)
        self.has_page = False
        """Without it a night writes a line in the place of the dashboard, which takes half of its time."""
        self.folder = folder
        self.zone = zone
        self.log = folder / "a.jsonl"
        self.reports = folder / "reports"
        self.database = folder / "analyzer.duckdb"
        self.said: list[str] = []
        self.waited: list[float] = []
        self.configure(more)

    @classmethod
    def found(cls, folder: Path) -> House:
        """Return the house that a folder already is, its analyzer.toml as it stands."""
        written = (folder / "analyzer.toml").read_bytes()
        house = cls(folder)
        (folder / "analyzer.toml").write_bytes(written)
        return house

    def configure(self, more: str) -> None:
        """Write analyzer.toml, with `more` at its end."""
        (self.folder / "analyzer.toml").write_text(
            f'ingest = ["a.jsonl"]\ndatabase = "analyzer.duckdb"\ntime_zone = "{self.zone}"\n{more}',
            encoding="utf-8",
        )

    def setting(self, now: datetime) -> Setting:
        """Return the setting of a run at the moment `now`; waiting takes no time and is noted."""
        store = Store(configuration=load_configuration(self.folder / "analyzer.toml"))

        def say(line: str, **named: Any) -> None:
            self.said.append(line)

        setting = setting_of(store, Clock(lambda: now, self.waited.append), say)
        if not self.has_page:
            setting = replace(setting, report=lambda path, period, connection: path.write_text(period.name))
        return replace(setting, pace=replace(setting.pace, deadline=2.0))

    def due(self, now: str) -> list[Outcome]:
        """Run what is due at a moment."""
        return run_due(self.setting(datetime.fromisoformat(now)))

    def night(self, day: str, now: str = "2027-01-01T00:00:00+00:00", **options: Any) -> Outcome:
        """Run the night of a day, or another period of `kind`."""
        moment = datetime.fromisoformat(now)
        period = chosen_period(options.pop("kind", "nightly"), day, self.zone, moment)
        return run_one(self.setting(moment), period, **options)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what the store answers to SQL over its views."""
        found = Store(self.database).query_sql(sql)
        return list(found.itertuples(index=False, name=None))

    def nights(self) -> list[tuple[str, str]]:
        """Return period and outcome of the nights that the store remembers."""
        return self.rows("SELECT period, outcome FROM nights ORDER BY until, period")

    def contents(self, names: Sequence[str] = ("*",)) -> dict[str, str]:
        """Return every file of the folder with the hash of its bytes."""
        return {
            path.name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name in names
            for path in self.folder.rglob(name)
            if path.is_file()
        }


def channel(name: str, address: str, **options: Any) -> str:
    """Return a channel as analyzer.toml holds it."""
    written = {"name": name, "address": address, **options}
    return "\n[[channels]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in written.items())
