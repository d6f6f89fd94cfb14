"""The first chunk of a large new file, read and cut while it is still being found out what its format is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from analyzer.source.lines import BATCH_BYTES, Chunk, read_chunks
from analyzer.source.names import MEMBER_MARK, is_address
from analyzer.source.stream import FileSource, Source

_WORTH_IT = 4 * 1024 * 1024
"""Of fewer bytes the first chunk is there as soon as it is asked for."""


@dataclass(frozen=True)
class Ahead:
    """Chunks of `size` bytes of a source from its start on, the first of which is being read."""

    chunks: Iterator[Chunk]
    size: int


@contextmanager
def begun(source: Source) -> Iterator[Ahead | None]:
    """Begin to read a source that is new; None for one that is small, or can be read once only."""
    is_file = isinstance(source, FileSource) and not (MEMBER_MARK in source.name or is_address(source.name))
    if not is_file or source.stat is None or source.stat[1] < _WORTH_IT:
        yield None
        return
    size = batch_size(source, 0)
    with source.stream() as stream:
        yield Ahead(read_chunks(stream, 0, size), size)


def batch_size(source: Source, offset: int, most: int = BATCH_BYTES) -> int:
    """Cut what a file still holds into equal batches, so that no small one is left over."""
    if source.stat is None or source.compressed:
        return most
    left = max(1, source.stat[1] - offset + 1)
    return left // max(1, round(left / most)) + 1
