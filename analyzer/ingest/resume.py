"""Where to read a source from: from its start, or from where its known beginning was left."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from analyzer.errors import SourceError
from analyzer.source.identity import (
    HEAD_BYTES,
    NAME_NEEDED_BELOW,
    TAIL_BYTES,
    Known,
    digest,
    same_head,
    same_source,
)
from analyzer.source.marks import Mark, Marks, last_mark, mark_of
from analyzer.source.names import MEMBER_MARK, STDIN, is_address
from analyzer.source.open import open_source
from analyzer.source.stream import FileSource, Source
from analyzer.store.progress import Carry, Progress


@dataclass(frozen=True)
class Resume:
    """What a source turned out to be.

    `known` is the stored progress to go on from, None for what is read from its start; `replaces` is
    the stored source whose name or file it took over with other bytes; `copy_of` is the stored source
    that it is an older, shorter copy of.
    """

    known: Progress | None = None
    replaces: Progress | None = None
    copy_of: Progress | None = None

    def names_any(self, sources: Sequence[Progress]) -> bool:
        """Tell whether it is one of `sources` that it goes on, replaces or copies."""
        named = {one.source_id for one in (self.known, self.replaces, self.copy_of) if one is not None}
        return any(one.source_id in named for one in sources)


def resume(source: Source, stored: Sequence[Progress]) -> Resume:
    """Find the stored source that `source` continues, copies or replaces. Raises SourceError."""
    by_id = {progress.source_id: progress for progress in stored}
    known = [_known(progress) for progress in stored]
    inode = source.stat[0] if source.stat else None
    candidates = same_head(source.name, source.head(), known, inode)
    same = same_source(candidates, source.read_at)
    if same is not None:
        return Resume(known=by_id[same.source_id])
    named = [by_id[one.source_id] for one in known if one.is_named(source.name, inode)]
    if not named:
        return Resume(copy_of=_older_copy(source, stored))
    begins_alike = {candidate.source_id for candidate in candidates}
    replaced = [progress for progress in named if progress.source_id in begins_alike] or [
        progress for progress in named if progress.name == source.name and source.stat is not None
    ]
    return Resume(replaces=max(replaced, key=lambda progress: progress.generation, default=None))


class Trail:
    """The identity of a source as it is read: its first bytes, its last bytes, its milestones, and how
    many bytes there were.

    Of what is made of an export its last line is no part while it lacks its end: when more of the export
    comes, it may become another one.
    """

    def __init__(self, source: Source, offset: int, marks: Sequence[Mark] = ()) -> None:
        self.size = offset
        self._source = source
        self._marks = Marks(marks)
        self._head = source.head()[:offset] if offset else b""
        start = max(0, offset - TAIL_BYTES)
        self._tail = source.read_at(start, offset - start) if offset else b""
        self._before = (offset, self._tail)
        self._settled = (offset, self._tail)

    def follow(self, data: memoryview) -> None:
        """Take note of the bytes that come next."""
        if len(self._head) < HEAD_BYTES:
            self._head += bytes(data[: HEAD_BYTES - len(self._head)])
        self._before = (self.size, self._tail)
        self._marks.follow(self.size, self._tail, data)
        if self._source.is_export and (end := bytes(data).rfind(b"\n") + 1):
            self._settled = (self.size + end, _last(self._tail, data[:end]))
        self._tail = _last(self._tail, data)
        self.size += len(data)

    def is_kept(self) -> bool:
        """Tell whether the file still holds what stood before the bytes taken note of last.

        Where it does not, the file was truncated or written anew while these were read, and they may
        be no continuation.
        """
        if not isinstance(self._source, FileSource) or self._source.compressed or not self.size:
            return True
        place, tail = self._before
        head = self._source.read_at(0, len(self._head))
        return head == self._head and self._source.read_at(place - len(tail), len(tail)) == tail

    def identity(self) -> dict[str, Any]:
        """Return the identity up to here, under the names of the store's columns."""
        is_settled = self._source.is_export and self._settled[0]
        size, tail = self._settled if is_settled else (self.size, self._tail)
        head = self._head[:size]
        return {
            "head_length": len(head),
            "head_hash": digest(head),
            "tail_hash": digest(tail),
            "size": size,
        }

    def marks(self) -> tuple[Mark, ...]:
        """Return the milestones up to here."""
        return self._marks.upto(self.size)


def _last(before: bytes, data: memoryview) -> bytes:
    return (before + bytes(data[-TAIL_BYTES:]))[-TAIL_BYTES:]


def as_read(
    progress: Progress, source: Source, trail: Trail, population: str, carry: Carry, ended: bool
) -> Progress:
    """Return a source's progress with its identity as the trail has it now, and with what to go on with.

    `ended` says that it was read to its end; `population` is the format's, or what a person said.
    """
    observed = "requests" if progress.events > progress.failures else "failures"
    # Only a file that was read to its end may be passed over unread next time.
    inode, size, changed = (source.stat if ended else None) or (None, None, None)
    return replace(
        progress,
        name=source.name,
        population=observed if population == "observed" else population,
        carry=carry.dump(),
        file_inode=inode,
        file_size=size,
        file_changed_ns=changed,
        **trail.identity(),
    )


def _older_copy(source: Source, stored: Sequence[Progress]) -> Progress | None:
    """Return the stored source of which `source` is the beginning, copied before the rest was written."""
    head = source.head()
    if len(head) < NAME_NEEDED_BELOW:
        return None
    # Heads are of few lengths: each is hashed once, and not for every stored source.
    hashed = lru_cache(maxsize=None)(lambda length: digest(head[:length]))
    likely = [progress for progress in stored if _begins_alike(head, hashed, progress)]
    if not likely:
        return None
    size = _size(source)
    tail = source.read_at(max(0, size - TAIL_BYTES), min(size, TAIL_BYTES))
    for progress in likely:
        mark = last_mark(_marks(progress.carry), size)
        if size >= progress.size or mark is None or not _holds(source, mark):
            continue
        original = _bytes_of(progress, max(0, size - TAIL_BYTES), len(tail), source.head())
        if original is None or original == tail:
            return progress
    return None


def _begins_alike(head: bytes, hashed: Callable[[int], str], progress: Progress) -> bool:
    if progress.head_length <= len(head):
        return hashed(progress.head_length) == progress.head_hash
    mark = last_mark(_marks(progress.carry), len(head))
    return mark is not None and mark_of(head[: mark[0]]) == mark[1]


def _holds(source: Source, mark: Mark) -> bool:
    start = max(0, mark[0] - TAIL_BYTES)
    return mark_of(source.read_at(start, mark[0] - start)) == mark[1]


def _size(source: Source) -> int:
    """Return how many bytes a source has when it is unpacked."""
    if source.stat is not None and not source.compressed:
        return source.stat[1]
    end = len(source.head())
    with source.stream(end) as stream:
        while block := stream.skip(1 << 30):
            end += block
    return end


def _bytes_of(progress: Progress, offset: int, length: int, head: bytes) -> bytes | None:
    """Return bytes of a stored source's file, None where it is no more what it was."""
    if progress.name == STDIN or is_address(progress.name) or MEMBER_MARK in progress.name:
        return None
    try:
        file = open_source(progress.name)
        is_same = isinstance(file, FileSource) and file.head().startswith(head)
        return file.read_at(offset, length) if is_same else None
    except SourceError:
        return None


@lru_cache(maxsize=4096)
def _marks(carry: str | None) -> tuple[Mark, ...]:
    return Carry.parse(carry).marks


def _known(progress: Progress) -> Known:
    return Known(
        progress.source_id,
        progress.name,
        progress.generation,
        progress.head_length,
        progress.head_hash,
        progress.tail_hash,
        progress.size,
        progress.file_inode,
    )
