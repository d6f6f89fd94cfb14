"""Syslog as it comes over TCP: messages of a told length one behind the other, with no line ends between.

RFC 6587, section 3.4.1, octet counting: `MSG-LEN SP SYSLOG-MSG`. Each message becomes a line; what does
not stand in a frame becomes lines too, up to their ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from analyzer.source.texts import Readable, TextReader

ENOUGH = 64 * 1024
_BLOCK_BYTES = 1024 * 1024
_HEAD = re.compile(rb"([1-9]\d{0,6}) (?=<\d{1,3}>)")


def may_be_frames(first: bytes) -> bool:
    """Tell by its first bytes whether a source may hold messages in frames."""
    return _HEAD.match(first) is not None


def are_frames(first: bytes) -> bool:
    """Tell by its first bytes, `ENOUGH` of them, that a frame follows the first, and no line end."""
    head = _HEAD.match(first)
    if head is None:
        return False
    end = head.end() + int(head[1])
    # Heroku counts too, but ends its messages with their lines: they are lines already.
    is_line = first[end - 1 : end] == b"\n"
    return not is_line and (end == len(first) or _HEAD.match(first, end) is not None)


def frames_text(file: Readable) -> TextReader:
    """Return the messages as lines, read forward."""
    return TextReader(_texts(file))


def _texts(file: Readable) -> Iterator[memoryview]:
    held = b""
    while block := file.read(_BLOCK_BYTES):
        held += block
        lines, held = _cut(held)
        if lines:
            yield memoryview(b"".join(lines))
    if held:
        # A message that has not come whole: more may come, as with a line that lacks its newline.
        head = _HEAD.match(held)
        yield memoryview(_on_one_line(held[head.end() :] if head else held))


def _cut(held: bytes) -> tuple[list[bytes], bytes]:
    """Return the lines of what is whole, and what is left."""
    lines = []
    at = 0
    while at < len(held):
        head = _HEAD.match(held, at)
        if head is not None:
            start, end = head.end(), head.end() + int(head[1])
        else:
            start, end = at, held.find(b"\n", at) + 1
        if not at < end <= len(held):
            break
        lines.append(_on_one_line(held[start:end]) + b"\n")
        at = end
    return lines, held[at:]


def _on_one_line(message: bytes) -> bytes:
    return message.strip(b"\r\n").replace(b"\n", b" ").replace(b"\r", b" ")
