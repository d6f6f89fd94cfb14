"""Knowing a source again: by how it begins, and by the bytes before where the reading stopped."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import PurePath

HEAD_BYTES = 4096
"""A source is known by a hash of its first decompressed bytes, this many or as many as it has."""

TAIL_BYTES = 4096
"""Its tail is a hash of this many bytes before the stored offset, or of as many as there are."""

NAME_NEEDED_BELOW = 1024
"""Short files begin alike: below this many bytes of head the name, one that a rotation makes of it, or
the very file must agree too."""

ROTATED_FROM = 64
"""A name that a rotation makes is enough from this many bytes on: about a line with its time."""


@dataclass(frozen=True)
class Known:
    """What is stored of a source's identity: `size` is how many decompressed bytes were read, `inode`
    the file it was last read from (None for a pipe)."""

    source_id: int
    name: str
    generation: int
    head_length: int
    head_hash: str
    tail_hash: str
    size: int
    inode: int | None = None

    def is_named(self, name: str, inode: int | None) -> bool:
        """Tell whether a file of that name and inode is the very file that was read, as it is now."""
        return self.name == name or (inode is not None and self.inode == inode)


def digest(data: bytes | memoryview) -> str:
    """Return the hash by which bytes are known again."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


def is_rotated(known: str, name: str) -> bool:
    """Tell whether `name` is one that a rotation gives to a file called `known`, or to a copy of it:
    `a.log.1`, `a.log-20261120.gz`, `a-20261120.log`, in whatever folder."""
    old, new = PurePath(known).name, PurePath(name).name
    stem, ending = PurePath(old).stem, PurePath(old).suffix
    behind = re.escape(old) + r"[._-]\d.*"
    between = re.escape(stem) + r"[._-]\d[\d._-]*" + re.escape(ending) + r"(?:\.\w+)?"
    return re.fullmatch(f"{behind}|{between}", new) is not None


def same_head(name: str, head: bytes, known: Iterable[Known], inode: int | None = None) -> list[Known]:
    """Return the known sources that begin as `head` does, the longest first.

    `inode` is that of the file now: one file has many names (`a.log`, `./a.log`, its full path).
    """
    hashes: dict[int, str] = {}
    found = []
    for source in known:
        length = source.head_length
        if length > len(head):
            continue
        if length < NAME_NEEDED_BELOW and not _name_agrees(source, name, inode):
            continue
        if length not in hashes:
            hashes[length] = digest(head[:length])
        if hashes[length] == source.head_hash:
            found.append(source)
    return sorted(found, key=lambda source: (source.size, source.generation), reverse=True)


def _name_agrees(source: Known, name: str, inode: int | None) -> bool:
    rotated = source.head_length >= ROTATED_FROM and is_rotated(source.name, name)
    return rotated or source.is_named(name, inode)


def same_source(candidates: Iterable[Known], read_at: Callable[[int, int], bytes]) -> Known | None:
    """Return the candidate whose tail stands where it stood; `read_at(offset, length)` reads the source."""
    for source in candidates:
        length = min(source.size, TAIL_BYTES)
        tail = read_at(source.size - length, length)
        if len(tail) == length and digest(tail) == source.tail_hash:
            return source
    return None
