"""The setting of a run, made of a store and its configuration."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from analyzer.config import Configuration
from analyzer.ingest.told import notes
from analyzer.night.clock import Clock
from analyzer.night.night import Say, Setting
from analyzer.night.period import Period
from analyzer.source.find import without_sources
from analyzer.store.open import open_writer

if TYPE_CHECKING:
    from analyzer.ingest.totals import Totals
    from analyzer.query.ahead import Ahead


ASSETS = "assets"
"""The folder beside the reports that holds what all of them load."""


class Stored(Protocol):
    """What a night needs of a store beside its queries; `analyzer.api.Store` has it."""

    path: Path
    wait: float
    configuration: Configuration

    def ingest(self, paths: list[str], *, create: bool | None = None) -> Totals:
        """Read logs into the store."""

    def report(
        self,
        path: Path,
        *,
        since: str,
        until: str,
        time_zone: str,
        language: str,
        assets: Path,
        opened: Ahead,
    ) -> Any:
        """Write the HTML report of [since, until), ISO 8601 with offset, to `path`.

        What all pages have in common goes into the folder `assets`; the store is `opened` in the time zone.
        """

    def retain(self, keep: str) -> Any:
        """Delete what is older than `keep`."""


def setting_of(store: Stored, clock: Clock, say: Say) -> Setting:
    """Return the setting of a run over `store`."""
    configuration = store.configuration
    setting = Setting(
        configuration,
        store.path,
        store.wait,
        ingest=_ingestion(store, say) if configuration.ingest else None,
        report=lambda path, period, opened: _report(store, path, period, opened),
        expire=_retention(store, configuration.retention, say) if configuration.retention else None,
        clock=clock,
        say=say,
    )
    return replace(setting, pace=replace(setting.pace, sleep=clock.sleep, now=clock.now))


def _ingestion(store: Stored, say: Say) -> Any:
    configuration = store.configuration

    def ingest() -> int:
        there, missing = _there(configuration.ingest)
        for path in missing:
            say(f"{path} does not exist, or holds no log; the summary is without it", event="ingest")
        totals = store.ingest(there, create=True)
        # Logs that are still empty leave no store behind; the night is one without data all the same.
        if not store.path.exists():
            open_writer(store.path, store.wait, create=True).close()
        for note in notes(totals, configuration.log_time_zone or configuration.time_zone):
            say(note, event="ingest")
        return int(totals.count("failed")) + len(missing)

    return ingest


def _there(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell the paths that lead to logs from those that lead to none; where none does, all are kept."""
    missing = without_sources(paths)
    there = [path for path in paths if path not in missing]
    return (there, missing) if there else (list(paths), [])


def _report(store: Stored, path: Path, period: Period, opened: Ahead) -> None:
    store.report(
        path,
        since=period.since.isoformat(),
        until=period.until.isoformat(),
        time_zone=period.zone.key,
        language=store.configuration.language,
        assets=store.configuration.reports / ASSETS,
        opened=opened,
    )


def _retention(store: Stored, keep: str, say: Say) -> Any:
    def expire() -> None:
        done = store.retain(keep)
        if done.expired.events or done.expired.rejects:
            say(
                f"retention deleted {done.expired.events:,} events and {done.expired.rejects:,} rejects "
                f"from before {done.cutoff.isoformat()}",
                event="retention",
            )

    return expire
