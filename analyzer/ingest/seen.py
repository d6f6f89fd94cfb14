"""What earlier runs saw: sources and copies, by name and file, so that what has not changed is not opened."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from analyzer.source.names import MEMBER_MARK
from analyzer.source.place import Stat
from analyzer.source.stream import Source
from analyzer.store.copies import all_copies, save_copy
from analyzer.store.progress import Progress, all_progress

if TYPE_CHECKING:
    import duckdb


class Seen:
    """The sources and copies of a store, kept in step with what a run adds."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._stored: dict[int, Progress] = {}
        self._by_file: dict[tuple[str, Stat], Progress] = {}
        self._copies = all_copies(connection)
        for progress in all_progress(connection):
            self.keep(progress)

    def stored(self) -> list[Progress]:
        """Return every source."""
        return list(self._stored.values())

    def keep(self, progress: Progress) -> None:
        """Take note of how far a source was read."""
        before = self._stored.get(progress.source_id)
        if before is not None:
            self._by_file.pop(_file(before), None)
        self._stored[progress.source_id] = progress
        if progress.file_size is not None:
            self._by_file[_file(progress)] = progress

    def drop(self, progress: Progress) -> None:
        """Take note that a source is not in the store, or no more."""
        before = self._stored.pop(progress.source_id, None)
        if before is not None:
            self._by_file.pop(_file(before), None)

    def is_unchanged(self, source: Source) -> bool:
        """Tell whether inode, size and time of change are those of a source that was read to its end.

        Its name may be spelled in another way: `./a.log` is `a.log`, but a renamed file is not.
        """
        return source.stat is not None and (_last(source.name), source.stat) in self._by_file

    def copy_of(self, source: Source) -> str | None:
        """Return what an unchanged file was a copy of, None for what is no known copy."""
        remembered = self._remembered(source)
        return None if remembered is None or remembered.startswith(MEMBER_MARK) else remembered

    def keep_copy(self, source: Source, copy_of: str) -> None:
        """Remember that a file, as it is now, is a copy."""
        if source.stat:
            save_copy(self._connection, source.name, source.stat, copy_of)
            self._copies[source.name, source.stat] = copy_of

    def is_finished(self, archive: Source) -> bool:
        """Tell whether all of an archive's files were read, and are stored still."""
        remembered = self._remembered(archive)
        return remembered is not None and remembered == self._count_of(archive)

    def keep_finished(self, archive: Source) -> None:
        """Remember that all of an archive's files were read."""
        self.keep_copy(archive, self._count_of(archive))

    def _remembered(self, source: Source) -> str | None:
        return self._copies.get((source.name, source.stat)) if source.stat else None

    def _count_of(self, archive: Source) -> str:
        """Return how many of an archive's files are known, as it stands in a copy's place."""
        start = archive.name + MEMBER_MARK
        names = {progress.name for progress in self._stored.values()} | {name for name, _ in self._copies}
        return f"{MEMBER_MARK}{sum(name.startswith(start) for name in names)}"


def _file(progress: Progress) -> tuple[str, Stat]:
    stat = (progress.file_inode or 0, progress.file_size or 0, progress.file_changed_ns or 0)
    return _last(progress.name), stat


def _last(name: str) -> str:
    return PurePath(name).name
