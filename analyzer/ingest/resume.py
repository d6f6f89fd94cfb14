"""Where to read a source from: from its start, or from where its known beginning was left."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from analyzer.source.identity import HEAD_BYTES, TAIL_BYTES, Known, digest, same_head, same_source
from analyzer.source.stream import Source
from analyzer.store.progress import Progress


@dataclass(frozen=True)
class Resume:
    """What a source turned out to be.

    `known` is the stored progress to go on from, None for what is read from its start;
    `replaces` is the stored source whose beginning or name it took over with other bytes.
    """

    known: Progress | None
    replaces: Progress | None


def resume(source: Source, stored: Sequence[Progress]) -> Resume:
    """Find the stored source that `source` continues, copies or replaces. Raises SourceError."""
    by_id = {progress.source_id: progress for progress in stored}
    inode = source.stat[0] if source.stat else None
    candidates = same_head(source.name, source.head(), [_known(progress) for progress in stored], inode)
    same = same_source(candidates, source.read_at)
    if same is not None:
        return Resume(by_id[same.source_id], None)
    namesakes = [progress for progress in stored if progress.name == source.name and source.stat is not None]
    replaced = [by_id[candidate.source_id] for candidate in candidates] or namesakes
    return Resume(None, max(replaced, key=lambda progress: progress.generation, default=None))


class Trail:
    """The identity of a source as it is read: its first bytes, its last bytes, and how many there were."""

    def __init__(self, source: Source, offset: int) -> None:
        self.size = offset
        self._head = source.head()[:offset] if offset else b""
        start = max(0, offset - TAIL_BYTES)
        self._tail = source.read_at(start, offset - start) if offset else b""

    def follow(self, data: memoryview) -> None:
        """Take note of the bytes that come next."""
        if len(self._head) < HEAD_BYTES:
            self._head += bytes(data[: HEAD_BYTES - len(self._head)])
        self._tail = (self._tail + bytes(data[-TAIL_BYTES:]))[-TAIL_BYTES:]
        self.size += len(data)

    def identity(self) -> dict[str, Any]:
        """Return the identity up to here, under the names of the store's columns."""
        return {
            "head_length": len(self._head),
            "head_hash": digest(self._head),
            "tail_hash": digest(self._tail),
            "size": self.size,
        }


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
