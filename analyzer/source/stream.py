"""A source as a stream of decompressed bytes; what it is, is known by content and not by name."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from functools import cached_property
from typing import IO, Any

from analyzer.errors import SourceError
from analyzer.source import parquet
from analyzer.source.compression import Compression, DamagedError, Unpacked, compression_of
from analyzer.source.document import is_list_of_events
from analyzer.source.forward import Begun, Stream
from analyzer.source.identity import HEAD_BYTES
from analyzer.source.place import Place, Stat, copied
from analyzer.source.rewriting import FIRST_BYTES, Rewriting, rewriting_of

RAW_BYTES = 512
"""So many bytes, as they are, tell what a source is."""

_PEEK_BYTES = 256 * 1024
_AROUND_BYTES = 64 * 1024
_BLOCKS = 16
_BLOCK_BYTES = 32 * 1024
_LONG_BYTES = 8 * 1024 * 1024
"""So much of the beginning is looked at where lines are long."""


def _kind(name: str, raw: bytes) -> Compression | None:
    try:
        return compression_of(raw)
    except DamagedError as error:
        raise SourceError(f"{name}: {error}; {error.remedy}") from error


class FileSource:
    """A source that can be opened again and again: a file, plain or compressed, Parquet or a JSON document.

    Nothing is opened before it is needed. `undone` says what becomes of the bytes before a damage.
    """

    undone = "nothing of it was taken"

    def __init__(self, place: Place) -> None:
        self.name = place.name
        self.stat: Stat | None = place.stat
        self._place = place
        self._around = (0, b"", False)

    @cached_property
    def raw(self) -> bytes:
        """The first bytes as they are."""
        with self._place.opened() as file:
            return Stream(self.name, file).read(RAW_BYTES)

    @cached_property
    def _compression(self) -> Compression | None:
        return _kind(self.name, self.raw)

    @property
    def is_parquet(self) -> bool:
        """Whether it is Parquet, whose rows are its lines."""
        return self.raw.startswith(parquet.MAGIC)

    @cached_property
    def _rewriting(self) -> Rewriting | None:
        if self.is_parquet:
            return None
        first = self.raw if self._compression is None else self._unpacked_first(FIRST_BYTES)
        return rewriting_of(first, self._unpacked_first)

    def _unpacked_first(self, count: int) -> bytes:
        with self._unpacked() as stream:
            return stream.read(count)

    @property
    def is_document(self) -> bool:
        """Whether it is a JSON document, whose objects are its lines."""
        return self._rewriting is not None and self._rewriting.is_document

    @property
    def is_list(self) -> bool:
        """Whether it is a JSON document that is a list of what tells a time, as logs are exported."""
        return self.is_document and is_list_of_events(self._unpacked_first(_BLOCK_BYTES))

    @property
    def is_export(self) -> bool:
        """Whether its lines are made of a file that is written at once."""
        return self.is_parquet or self._rewriting is not None

    @property
    def compressed(self) -> bool:
        """Whether its bytes are unpacked or rewritten, so that damage may show only after some were read."""
        return self._place.checked or self._compression is not None or self.is_export

    @contextmanager
    def stream(self, offset: int = 0) -> Iterator[Stream]:
        """Open the decompressed bytes from `offset` on. Raises SourceError."""
        with ExitStack() as stack:
            if self.is_parquet:
                whole = stack.enter_context(self._place.whole())
                stream = Stream(self.name, parquet.parquet_text(whole), undone=self.undone)
                stream.skip(offset)
            elif self._rewriting is not None:
                text = self._rewriting.text(stack.enter_context(self._unpacked()))
                stream = Stream(self.name, text, undone=self.undone)
                stream.skip(offset)
            elif self._compression is not None:
                stream = stack.enter_context(self._unpacked())
                stream.skip(offset)
            else:
                stream = stack.enter_context(self._unpacked(offset))
            yield stream

    @contextmanager
    def _unpacked(self, offset: int = 0) -> Iterator[Stream]:
        """Open the bytes: decompressed from their beginning, or as they are from `offset` on."""
        with self._place.opened(0 if self._compression else offset) as file:
            if self._compression is None:
                yield Stream(self.name, file)
            else:
                packed = Unpacked(Stream(self.name, file), self._compression)
                yield Stream(self.name, packed, undone=self.undone)

    @contextmanager
    def whole(self) -> Iterator[IO[bytes]]:
        """Open the bytes as they are, so that any part can be read. Raises SourceError."""
        with self._place.whole() as file:
            yield file

    def head(self) -> bytes:
        """Return the first bytes, as many as an identity needs."""
        return self._first[:HEAD_BYTES]

    @cached_property
    def _first(self) -> bytes:
        return self.read_at(0, HEAD_BYTES)

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` decompressed bytes from `offset`.

        Of what is unpacked or rewritten those around them are held: each look costs all that is before.
        """
        if not self.compressed:
            with self.stream(offset) as stream:
                return stream.read(length)
        start, held, is_end = self._around
        if offset < start or (offset + length > start + len(held) and not is_end):
            start = max(0, offset - _AROUND_BYTES)
            wanted = offset - start + length
            with self.stream(start) as stream:
                held = stream.read(wanted)
                is_end = len(held) < wanted
                # A damage further on is found when that is read.
                with suppress(SourceError):
                    more = b"" if is_end else stream.read(_AROUND_BYTES)
                    held, is_end = held + more, is_end or len(more) < _AROUND_BYTES
            self._around = (start, held, is_end)
        return held[offset - start : offset - start + length]

    def sample(self) -> list[bytes]:
        """Return blocks of bytes spread over the file (its beginning, where it is compressed)."""
        size = self.stat[1] if self.stat else 0
        if self.compressed or size <= _PEEK_BYTES:
            first = self.read_at(0, _PEEK_BYTES)
            return [first if b"\n" in first or len(first) < _PEEK_BYTES else self.read_at(0, _LONG_BYTES)]
        step = (size - _BLOCK_BYTES) // (_BLOCKS - 1)
        blocks = [self.read_at(step * block, _BLOCK_BYTES) for block in range(_BLOCKS)]
        if any(block.count(b"\n") > 1 for block in blocks):
            return blocks
        return [self.read_at(0, _LONG_BYTES)]


class PipeSource:
    """A source that can be read once: standard input, a named pipe, a file within a tar archive.

    Its first bytes are held; all of it is kept aside only when it must be read twice. `checked` says
    that damage may show only after some of it was read.
    """

    undone = "nothing of it was taken"

    def __init__(self, name: str, file: Any, stat: Stat | None = None, checked: bool = False) -> None:
        self.name = name
        self.stat = stat
        self.raw = Stream(name, file).read(RAW_BYTES)
        plain = Stream(name, file, self.raw)
        compression = _kind(name, self.raw)
        self.is_parquet = self.raw.startswith(parquet.MAGIC)
        self.compressed = checked or self.is_parquet or compression is not None
        if self.is_parquet:
            plain = Stream(name, parquet.parquet_text(copied(plain)))
        elif compression is not None:
            plain = Stream(name, Unpacked(plain, compression))
        first = Begun(plain)
        rewriting = None if self.is_parquet else rewriting_of(first.read(FIRST_BYTES), first.read)
        self._rest = Stream(name, plain, first.held)
        self.is_export = self.is_parquet or rewriting is not None
        if rewriting is not None:
            self.compressed = True
            self._rest = Stream(name, rewriting.text(self._rest))
        self._held = self._rest.read(_PEEK_BYTES)
        self._copy: IO[bytes] | None = None

    @contextmanager
    def stream(self, offset: int = 0) -> Iterator[Stream]:
        """Open the bytes from `offset` on; more than once only after `read_at`."""
        if self._copy is not None or offset:
            copy = self._kept()
            copy.seek(offset)
            yield Stream(self.name, copy)
        else:
            self._rest.undone = self.undone
            yield Stream(self.name, self._rest, self._held)

    @contextmanager
    def whole(self) -> Iterator[IO[bytes]]:
        """Keep all bytes aside, so that any part can be read. Raises SourceError."""
        yield self._kept()

    def head(self) -> bytes:
        """Return the first bytes, as many as an identity needs."""
        return self._held[:HEAD_BYTES]

    def read_at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; a pipe is kept in a temporary file for that."""
        end = offset + length
        if end <= len(self._held) or len(self._held) < _PEEK_BYTES:
            return self._held[offset:end]
        copy = self._kept()
        copy.seek(offset)
        return copy.read(length)

    def sample(self) -> list[bytes]:
        """Return the first bytes."""
        return [self._held]

    def _kept(self) -> IO[bytes]:
        if self._copy is None:
            self._copy = copied(Stream(self.name, self._rest, self._held))
        return self._copy


Source = FileSource | PipeSource
