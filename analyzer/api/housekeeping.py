"""Keeping a store in order: its classification, what it read, taking things out, and copying events out."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer.config import Configuration
from analyzer.config.keep import days_of
from analyzer.errors import UsageError

if TYPE_CHECKING:
    from analyzer.classification.entry import Catalog
    from analyzer.ingest.reclassify import Reclassification
    from analyzer.query.export import Exported
    from analyzer.store.compact import Compaction
    from analyzer.store.forget import Forgotten
    from analyzer.store.retention import Expired
    from analyzer.store.sources import Source


@dataclass(frozen=True)
class SourceDetail:
    """A source; for one that was asked for by name also its rejects and copies."""

    source: Source
    time_zone: str
    """The zone that times are shown in."""
    rejects: tuple[dict[str, Any], ...] | None = None
    """`reason`, how many `rejects`, and the first `line_no`; None where they were not asked for."""
    copies: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return it under the names that `--json` promises; times are ISO 8601 with offset."""
        named = asdict(self.source)
        values: dict[str, Any] = {"source_id": named.pop("source_id"), "source": named.pop("name"), **named}
        zone = _zone(self.time_zone)
        for name, value in values.items():
            if isinstance(value, datetime):
                values[name] = value.astimezone(zone).isoformat()
        if self.rejects is not None:
            values |= {"reasons": list(self.rejects), "copies": list(self.copies)}
        return values


@dataclass(frozen=True)
class Retention:
    """What a retention did, or would do; `compaction` is None where the file was left as large as it is."""

    cutoff: datetime
    dry_run: bool
    expired: Expired
    compaction: Compaction | None

    def as_json(self) -> dict[str, Any]:
        """Return it under the names that `--json` promises."""
        sizes = None if self.compaction is None else asdict(self.compaction)
        return {
            "before": self.cutoff.isoformat(),
            "dry_run": self.dry_run,
            **asdict(self.expired),
            "compaction": sizes,
        }


class Housekeeping(ABC):
    """The part of a `Store` that keeps it in order."""

    path: Path
    wait: float
    configuration: Configuration

    @abstractmethod
    def catalogs(self) -> tuple[Catalog, ...]:
        """Return the catalogues in use."""

    def reclassify(self) -> Reclassification:
        """Bring every stored failure up to date with the catalogues in use, all or nothing."""
        from analyzer.ingest.reclassify import reclassify
        from analyzer.store.open import open_writer

        catalogs = self.catalogs()
        with closing(open_writer(self.path, self.wait)) as connection:
            return reclassify(connection, catalogs)

    def changed_catalogs(self) -> list[str]:
        """Return the providers whose catalogue is not the one that classified the store."""
        return self._compared_catalogs()[0]

    def absent_catalogs(self) -> list[str]:
        """Return the providers whose catalogue classified the store and is not in use now."""
        return self._compared_catalogs()[1]

    def _compared_catalogs(self) -> tuple[list[str], list[str]]:
        """Return the providers whose catalogue changed, and those whose catalogue is not in use now."""
        from analyzer.ingest.catalogs import changed_catalogs
        from analyzer.store.open import open_reader

        catalogs = self.catalogs()
        in_use = {catalog.provider for catalog in catalogs}
        with closing(open_reader(self.path, self.wait)) as connection:
            stored = connection.execute("SELECT provider FROM catalogs ORDER BY provider").fetchall()
            changed = changed_catalogs(connection, catalogs)
        return changed, [provider for (provider,) in stored if provider not in in_use]

    def sources(self, names: Sequence[str] = (), *, time_zone: str | None = None) -> list[SourceDetail]:
        """Return what was read; with `names` (or numbers) only these, and why lines became no event.

        Raises UnknownNameError for a name that is no source's.
        """
        from analyzer.store.forget import chosen_sources
        from analyzer.store.open import open_reader
        from analyzer.store.sources import all_sources, copies_of, reject_reasons

        zone = time_zone or self.configuration.time_zone
        _zone(zone)
        with closing(open_reader(self.path, self.wait)) as connection:
            found = all_sources(connection)
            if not names:
                return [SourceDetail(source, zone) for source in found]
            return [
                SourceDetail(
                    source,
                    zone,
                    tuple(reject_reasons(connection, source.source_id)),
                    tuple(copies_of(connection, source.name)),
                )
                for source in chosen_sources(found, names)
            ]

    def forget(self, names: str | Sequence[str], *, generation: int | None = None) -> Forgotten:
        """Take all of the sources `names` (or numbers) out again, all generations or one, in one transaction.

        Raises UnknownNameError, before anything is changed, for a name that is no source's.
        """
        from analyzer.store.forget import forget
        from analyzer.store.open import open_writer

        with closing(open_writer(self.path, self.wait)) as connection:
            return forget(connection, [names] if isinstance(names, str) else names, generation)

    def retain(
        self,
        keep: str,
        *,
        time_zone: str | None = None,
        dry_run: bool = False,
        now: datetime | None = None,
    ) -> Retention:
        """Delete events from before the last whole days that `keep` (`90d`, `12w`) says, and today.

        Days are cut in `time_zone`; `now` is the clock's unless given. Where much of the file is free
        it is made small. Raises UsageError for a `keep` that cannot be read.
        """
        from analyzer.store.compact import compact_if_needed
        from analyzer.store.open import open_writer
        from analyzer.store.retention import expire

        try:
            days = days_of(keep)
        except ValueError as error:
            raise UsageError(f"--keep: {error}") from error
        zone = _zone(time_zone or self.configuration.time_zone)
        today = (now or datetime.now(UTC)).astimezone(zone).date()
        try:
            cutoff = datetime.combine(today - timedelta(days=days), time(), zone)
            cutoff.timestamp()
        except (OverflowError, ValueError) as error:
            raise UsageError(f"--keep {keep} reaches back before all times; give less") from error
        with closing(open_writer(self.path, self.wait)) as connection:
            expired = expire(connection, cutoff, f"before {cutoff.isoformat()}", dry_run)
        compaction = None if dry_run else compact_if_needed(self.path, self.wait)
        return Retention(cutoff, dry_run, expired, compaction)

    def export(
        self,
        folder: Path | str,
        *,
        since: str | None = None,
        until: str | None = None,
        time_zone: str | None = None,
    ) -> Exported:
        """Write the events of [since, until) as Parquet into `folder`, a folder `day=...` for each day.

        Days are cut in `time_zone`. Raises as `analyzer.query.export.export_events` does.
        """
        from analyzer.query.export import export_events
        from analyzer.query.ranges import parse_range
        from analyzer.store.open import open_reader

        zone = time_zone or self.configuration.time_zone
        wanted = parse_range(since, until, zone)
        with closing(open_reader(self.path, self.wait)) as connection:
            return export_events(connection, Path(folder), wanted, zone)


def _zone(name: str) -> Any:
    from analyzer.query.ranges import find_zone

    return find_zone(name)
