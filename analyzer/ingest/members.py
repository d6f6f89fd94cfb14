"""What a name of a run stands for: one source, or an archive whose files are sources of their own."""

from __future__ import annotations

from analyzer.errors import SourceError
from analyzer.ingest.totals import SourceOutcome
from analyzer.ingest.visit import Visit
from analyzer.source.archive import Archive, archive_in, is_archive
from analyzer.source.names import shown
from analyzer.source.open import open_source
from analyzer.source.stream import Source


def ingest_named(visit: Visit, name: str, passed_over: list[str]) -> list[SourceOutcome]:
    """Ingest what `name` stands for; what fails leaves the rest alone, and is among the outcomes.

    An archive's files that are no logs are added to `passed_over`.
    """
    try:
        return ingest_source(visit, open_source(name), passed_over)
    except SourceError as error:
        return [SourceOutcome(shown(name), "failed", note=str(error))]


def ingest_source(visit: Visit, source: Source, passed_over: list[str]) -> list[SourceOutcome]:
    """Ingest a source or the files of an archive, as `ingest_named` does."""
    try:
        if visit.seen.is_unchanged(source) or visit.seen.is_finished(source):
            return [SourceOutcome(source.name, "skipped")]
        archive = None if visit.seen.copy_of(source) else archive_in(source)
        if archive is None:
            return [visit.ingest(source)]
        return _ingest_archive(visit, source, archive, passed_over)
    except SourceError as error:
        return [SourceOutcome(source.name, "failed", note=str(error))]


def _ingest_archive(
    visit: Visit, source: Source, archive: Archive, passed_over: list[str]
) -> list[SourceOutcome]:
    outcomes = [_ingest_member(visit, archive.name, member) for member in archive]
    passed_over += archive.passed_over
    if all(outcome.state != "failed" for outcome in outcomes):
        visit.seen.keep_finished(source)
    nothing = SourceOutcome(archive.name, "skipped", note=f"{archive.name} holds no log files")
    return outcomes or [nothing]


def _ingest_member(visit: Visit, archive: str, member: Source | SourceError) -> SourceOutcome:
    try:
        if isinstance(member, SourceError):
            raise member
        if not visit.seen.is_unchanged(member) and is_archive(member):
            raise SourceError(f"{member.name}: is an archive within an archive; unpack it first")
        return visit.ingest(member)
    except SourceError as error:
        name = archive if isinstance(member, SourceError) else member.name
        return SourceOutcome(name, "failed", note=str(error))
