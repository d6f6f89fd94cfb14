"""Knowing a source again by its beginning and by the bytes before where reading stopped."""

from __future__ import annotations

import pytest

from analyzer.source.identity import HEAD_BYTES, TAIL_BYTES, Known, digest, same_head, same_source

DATA = bytes(range(256)) * 64


def known(size: int, name: str = "a.log", source_id: int = 1, inode: int | None = None) -> Known:
    """Return what is stored of the first bytes of DATA."""
    head, tail = DATA[: min(size, HEAD_BYTES)], DATA[max(0, size - TAIL_BYTES) : size]
    return Known(source_id, name, 1, len(head), digest(head), digest(tail), size, inode)


@pytest.mark.parametrize(
    ("size", "name", "inode", "is_known"),
    [
        *((8000, "b.log", None, True), (1024, "b.log", None, True), (1023, "b.log", None, False)),
        *(
            (1023, "a.log", None, True),
            (1023, "b.log", 7, True),
            (1023, "b.log", 8, False),
            (1, "a.log", None, True),
        ),
        # Names that a rotation makes of a.log, and others.
        *(
            (200, name, None, True)
            for name in ("a.log.1", "old/a.log-20261120.gz", "a-20261120.log", "a.log.2.zst")
        ),
        *((200, name, None, False) for name in ("a.log.bak", "aa.log.1", "a.logs.1", "ab-1.log")),
        (63, "a.log.1", None, False),
    ],
)
def test_heads(size: int, name: str, inode: int | None, is_known: bool) -> None:
    """From 1,024 bytes the head is enough; below, the name, one that a rotation makes, or the very file
    must agree too."""
    assert bool(same_head(name, DATA[:HEAD_BYTES], [known(size, inode=7)], inode)) is is_known


def test_a_shorter_or_other_head_is_unknown() -> None:
    """A file that is shorter than the stored head, or begins otherwise, is not the source."""
    assert same_head("a.log", DATA[:100], [known(200)]) == []
    assert same_head("a.log", b"x" + DATA[1:HEAD_BYTES], [known(200)]) == []


def test_the_tail_decides() -> None:
    """Of candidates the longest whose tail stands where it stood; none where no tail does."""
    candidates = same_head("a.log", DATA[:HEAD_BYTES], [known(5000, source_id=1), known(9000, source_id=2)])
    for data, expected in ((DATA, 2), (DATA[:8000], 1), (DATA[:4990], None), (DATA[:6000] + b"x" * 9000, 1)):
        found = same_source(candidates, lambda offset, length, data=data: data[offset : offset + length])
        assert (found.source_id if found else None) == expected
