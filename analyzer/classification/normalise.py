"""Rule 1: texts and templates are brought to one form before they are compared.

NFKC, straight quotes, white space to one space, lower case, closing full stops off. Every position
of the form leads back to the text it came from, because a placeholder's value is cut from the
original. A white space that held a line's end is kept as a line feed, for a line's end bounds a
match; everything that compares treats it as a space.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_SINGLE_QUOTES = "\u2018\u2019\u201a\u201b\u2032\u02bc"
_DOUBLE_QUOTES = "\u201c\u201d\u201e\u201f"
_STRAIGHT = str.maketrans(
    dict.fromkeys(_SINGLE_QUOTES, "'")
    | dict.fromkeys(_DOUBLE_QUOTES, '"')
    # The ideographic full stop closes a sentence too; final sigma is the same letter as sigma.
    | {"\u3002": ".", "\u03c2": "\u03c3"}
)
_LINE_ENDS = re.compile("[\n\r\u0085\u2028\u2029]")
_WIDE_SPACE = re.compile(r"\s\s|[^\S ]")
_SPACE = re.compile(r"\s+")
_CLOSING = "." + "".join(filter(str.isspace, map(chr, range(0x3001))))


@dataclass(frozen=True, slots=True)
class Normalised:
    """A text in the form that is compared, and the way back.

    `text` holds single spaces only; `lines` is the same text, of the same length, in which a white
    space that held a line's end is a line feed. `starts` and `ends` give for each character its span in
    `original`; both are None where every character stands `offset` characters further on there.
    """

    text: str
    lines: str
    original: str
    offset: int = 0
    starts: tuple[int, ...] | None = None
    ends: tuple[int, ...] | None = None

    def cut(self, start: int, end: int) -> str:
        """Return what stands in the original text from position `start` up to `end` of the form."""
        if end <= start:
            return ""
        if self.starts is None or self.ends is None:
            return self.original[start + self.offset : end + self.offset]
        return self.original[self.starts[start] : self.ends[end - 1]]


def fold(text: str) -> str:
    """Return `text` in the form that is compared, its outer white space and full stops kept as spaces."""
    if not text.isascii():
        text = "".join(_fold_cluster(cluster) for cluster, _, _ in _clusters(text))
    return _SPACE.sub(" ", text.lower())


@lru_cache(maxsize=8)
def normalise(text: str) -> Normalised:
    """Bring `text` to the form that is compared. Takes time in proportion to its length.

    The last few answers are kept, for the rule looks at one text from several sides.
    """
    if text.isascii():
        folded = text.lower()
        return _plain(folded, text) if not _WIDE_SPACE.search(folded) else _collapse(folded, text, None, None)
    if unicodedata.is_normalized("NFKC", text):
        folded = text.lower().translate(_STRAIGHT)
        if len(folded) == len(text):
            wide = _WIDE_SPACE.search(folded)
            return _collapse(folded, text, None, None) if wide else _plain(folded, text)
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for cluster, start, end in _clusters(text):
        piece = _fold_cluster(cluster)
        pieces.append(piece)
        one_by_one = len(piece) == end - start
        starts += range(start, end) if one_by_one else [start] * len(piece)
        ends += range(start + 1, end + 1) if one_by_one else [end] * len(piece)
    return _collapse("".join(pieces), text, starts, ends)


def _plain(folded: str, original: str) -> Normalised:
    """Finish a text whose white space is single spaces already: only its edges go."""
    head = 1 if folded.startswith(" ") else 0
    body = folded[head : _closing(folded)]
    return Normalised(body, body, original, head)


def _collapse(folded: str, original: str, starts: list[int] | None, ends: list[int] | None) -> Normalised:
    """Make each run of white space one character and cut the edges off, keeping the way back."""
    stop = _closing(folded)
    head = len(folded) - len(folded.lstrip())
    pieces: list[str] = []
    firsts: list[int] = []
    lasts: list[int] = []
    position = head
    for space in _SPACE.finditer(folded, head, max(stop, head)):
        pieces += (folded[position : space.start()], "\n" if _LINE_ENDS.search(space.group()) else " ")
        firsts += range(position, space.start() + 1)
        lasts += range(position + 1, space.start() + 1)
        lasts.append(space.end())
        position = space.end()
    pieces.append(folded[position:stop])
    firsts += range(position, stop)
    lasts += range(position + 1, stop + 1)
    lines = "".join(pieces)
    way_start = tuple(firsts) if starts is None else tuple(starts[place] for place in firsts)
    way_end = tuple(lasts) if ends is None else tuple(ends[place - 1] for place in lasts)
    return Normalised(lines.replace("\n", " "), lines, original, 0, way_start, way_end)


def _closing(folded: str) -> int:
    """Return where the text ends once its closing full stops and white space are off."""
    return len(folded.rstrip(_CLOSING))


def _clusters(text: str) -> list[tuple[str, int, int]]:
    """Split `text` into characters with their combining marks, each with its span."""
    found: list[tuple[str, int, int]] = []
    start = 0
    for position in range(1, len(text) + 1):
        if position == len(text) or not unicodedata.combining(text[position]):
            found.append((text[start:position], start, position))
            start = position
    return found


def _fold_cluster(cluster: str) -> str:
    if cluster.isascii():
        return cluster.lower()
    return unicodedata.normalize("NFKC", cluster).lower().translate(_STRAIGHT)
