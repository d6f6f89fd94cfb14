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
_PART_OF_A_HEAD = re.compile(rb"[1-9]\d{0,6}(?: (?:<\d{0,3})?)?")
_WRONGLY_COUNTED = re.compile(
    rb"[1-9]\d{0,6} (?=<\d{1,3}>(?:1 (?:-|\d{4}-\d\d)|[A-Z][a-z]{2} [ \d]\d \d\d:))"
)
"""The head of a frame and of its message, which no message has within it by accident."""


def may_be_frames(first: bytes) -> bool:
    """Tell by its first bytes whether a source may hold messages in frames."""
    return _HEAD.match(first) is not None


def are_frames(first: bytes) -> bool:
    """Tell by its first bytes, `ENOUGH` of them, that frames follow each other, with no line ends between.

    Heroku counts too, but ends its messages with their lines: they are lines already.
    """
    ends = list(_ends(first))
    if ends:
        return not all(first[end - 1 : end] == b"\n" for end in ends)
    # The first message has not come whole.
    return b"\n" not in first


def _ends(first: bytes) -> Iterator[int]:
    """Yield where each frame ends that another one follows, or nothing yet."""
    at = 0
    while head := _HEAD.match(first, at):
        at = head.end() + int(head[1])
        if at > len(first) or not _may_begin(first, at):
            return
        yield at


def _may_begin(held: bytes, at: int) -> bool:
    """Tell whether a frame may begin there; its head need not have come whole."""
    return at >= len(held) or _HEAD.match(held, at) is not None or _is_part(held[at : at + 12])


def _is_part(rest: bytes) -> bool:
    return _PART_OF_A_HEAD.fullmatch(rest) is not None


def frames_text(file: Readable) -> TextReader:
    """Return the messages as lines, read forward."""
    return TextReader(_texts(file))


def _texts(file: Readable) -> Iterator[memoryview]:
    held = b""
    while block := file.read(_BLOCK_BYTES):
        held += block
        lines, held = _cut(held, is_end=False)
        if lines:
            yield memoryview(b"".join(lines))
    lines, held = _cut(held, is_end=True)
    # A message that has not come whole: more may come, as with a line that lacks its newline. Of one whose
    # head has not there is nothing yet that would stay as it is.
    head = _HEAD.match(held)
    rest = b"" if _is_part(held) else _on_one_line(held[head.end() :] if head else held)
    if lines or rest:
        yield memoryview(b"".join([*lines, rest]))


def _cut(held: bytes, is_end: bool) -> tuple[list[bytes], bytes]:
    """Return the lines of what is whole, and what is left; at the end a message without its end is left."""
    lines = []
    at = 0
    while at < len(held):
        head = _HEAD.match(held, at)
        if head is not None:
            start, end = head.end(), _end_of(held, head, is_end)
        else:
            start, end = at, _next(held, at)
        if not at < end <= len(held):
            break
        lines.append(_on_one_line(held[start:end]) + b"\n")
        at = end
    return lines, held[at:]


def _end_of(held: bytes, head: re.Match[bytes], is_end: bool) -> int:
    """Return where a frame ends: as it is counted, or where the next begins if that cannot be."""
    end = head.end() + int(head[1])
    if end <= len(held):
        if _may_begin(held, end) or held[end : end + 1] in (b"\n", b"\r") or held[end - 1 : end] == b"\n":
            return end
    elif not is_end:
        return end
    miscounted = _WRONGLY_COUNTED.search(held, head.end())
    if end > len(held) and miscounted and not _is_followed(held, miscounted.start()):
        # A message that has not come whole, and quotes a frame's head.
        return end
    # What ends with a line is no part of a message.
    if held.find(b"\n", end, miscounted.start() if miscounted else len(held)) >= 0:
        return end
    if miscounted:
        return miscounted.start()
    return end if is_end or len(held) - end > _BLOCK_BYTES else len(held) + 1


def _is_followed(held: bytes, at: int) -> bool:
    """Tell whether the frame there ends where another begins, or with all that there is."""
    head = _HEAD.match(held, at)
    end = head.end() + int(head[1]) if head else 0
    return end == len(held) or _HEAD.match(held, end) is not None


def _next(held: bytes, at: int) -> int:
    """Return where what stands in no frame ends: with its line, or where a frame begins; 0 for not yet."""
    line = held.find(b"\n", at) + 1
    frame = _WRONGLY_COUNTED.search(held, at + 1, line or len(held))
    return frame.start() if frame else line


def _on_one_line(message: bytes) -> bytes:
    return message.strip(b"\r\n").replace(b"\n", b" ").replace(b"\r", b" ")
