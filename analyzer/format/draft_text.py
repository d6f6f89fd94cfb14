"""A pattern for lines of text: their pieces found, lines of the same build put together, each piece named."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzer.format.looks import ADDRESS, METHODS, TIME, Guess, columns_of
from analyzer.format.patterns import fill

_UNIT = r"(?:ns|us|µs|ms|s)"
_PIECES = {
    "time": TIME,
    "key": r"[A-Za-z_][\w.-]*(?==)",
    "request": rf'"(?:{METHODS}) [^"\s]+(?: HTTP/[\d.]+)?"',
    "quoted": r'"(?:[^"\\]|\\.)*"',
    "method": rf"(?:{METHODS})\b",
    "id": r"[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}|\b(?=[a-f]*\d)[0-9a-f]{16,}\b",
    "address": rf"(?:{ADDRESS})(?::\d+)?",
    "url": r"(?:https?:/|(?<![\w.]))/(?:\[[^\]\s]*\]|[^\s\"',;|\[\])])*",
    "taken": rf"(?:\d+h)?(?:\d+m)?\d+(?:\.\d+)? ?{_UNIT}\b",
    "number": r"(?<![\w.])-?\d+(?:\.\d+)?(?![\w.]*[A-Za-z_])",
    "space": r"[ \t]+",
    "word": r"[^\s\"\[\](){}|,;=<>]+",
    "sign": r"[\s\S]",
}
_SCANNER = re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _PIECES.items()))
PARTS = {"time": TIME, "word": r"[^\s\"\[\](){}|,;=<>]+", "token": r"(?:\[[^\]\s]*\]|[^\s\"',;|\[\])])+"}
"""Named pieces of the patterns, as `settings.part` has them."""

_SHAPES = {
    "time": "{time}",
    "request": '[^"]*',
    "quoted": r'(?:[^"\\]|\\.)*',
    "method": "[A-Z]+",
    "id": r"[\w-]+",
    "address": "{token}",
    "url": "{token}",
    "taken": rf"[\d.hm]+ ?{_UNIT}",
    "number": r"-?[\d.]+",
    "word": "{word}",
}
_VALUES = (*_SHAPES,)
_MOST_PATTERNS = 4
_LONGEST = 2000
_COLOUR = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True)
class Piece:
    """A piece of a line: its kind, its text, and the key before it (`status=`), where there is one."""

    kind: str
    text: str
    key: str = ""


@dataclass(frozen=True)
class Drafted:
    """A pattern with the guesses behind its groups."""

    pattern: str
    guesses: Mapping[str, Guess]


def patterns_for(lines: Sequence[str], known: Mapping[str, Sequence[str]]) -> list[Drafted]:
    """Return patterns for the builds of line that could be requests, the commonest first."""
    builds: dict[tuple[str, ...], list[list[Piece]]] = defaultdict(list)
    for line in lines:
        pieces = _pieces(_COLOUR.sub("", line[:_LONGEST]))
        builds[tuple(_build(piece) for piece in pieces)].append(pieces)
    drafted: list[Drafted] = []
    for alike in sorted(builds.values(), key=len, reverse=True):
        one = _pattern(alike, known)
        if one and not any(re.search(fill(other.pattern, PARTS), _text(alike[0])) for other in drafted):
            drafted.append(one)
        if len(drafted) == _MOST_PATTERNS:
            break
    return drafted


def _pieces(line: str) -> list[Piece]:
    """Cut a line into pieces, up to the last that says more than a word."""
    found: list[Piece] = []
    key = ""
    for match in _SCANNER.finditer(line):
        kind = match.lastgroup or "sign"
        if found and kind == found[-1].kind == "word":
            found[-1] = Piece("word", found[-1].text + match[0], found[-1].key)
            continue
        found.append(Piece(kind, match[0], key if kind in _VALUES else ""))
        if kind == "key":
            key = match[0]
        elif match[0] != "=":
            key = ""
    while found and found[-1].kind in ("space", "word", "sign", "key") and not found[-1].key:
        found.pop()
    return found


def _build(piece: Piece) -> str:
    return piece.text if piece.kind in ("sign", "key") else piece.kind


def _text(pieces: Sequence[Piece]) -> str:
    return "".join(piece.text for piece in pieces)


def _pattern(alike: Sequence[Sequence[Piece]], known: Mapping[str, Sequence[str]]) -> Drafted | None:
    """Return the pattern of lines of one build, None where it tells no status of a request."""
    values: dict[str, list[str]] = {}
    for place, piece in enumerate(alike[0]):
        if piece.kind in _VALUES:
            name = f"{_name(piece, alike, place)}#{place}"
            values[name] = [pieces[place].text.strip('"') for pieces in alike]
    plain = {name.split("#")[0]: name for name in reversed(values)}
    guesses = columns_of({short: values[name] for short, name in plain.items()}, known)
    placed = {int(plain[short].split("#")[1]): guess for short, guess in guesses.items()}
    columns = {guess.column for guess in placed.values()}
    if "status" not in columns or columns.isdisjoint({"path", "method", "request"}):
        return None
    used: set[str] = set()
    parts = [_part(piece, placed.get(place), used) for place, piece in enumerate(alike[0])]
    return Drafted("^" + "".join(parts), {guess.column: guess for guess in placed.values()})


def _name(piece: Piece, alike: Sequence[Sequence[Piece]], place: int) -> str:
    """Return a name for a piece: its key, else one for what its kind says."""
    if piece.key:
        return piece.key
    if piece.kind == "taken":
        return f"duration{place}"
    if piece.kind == "number" and all("." in pieces[place].text for pieces in alike):
        return f"duration{place}"
    kinds = {"time": "time", "address": "client", "url": "path", "id": "request_id", "method": "method"}
    return f"{kinds.get(piece.kind, 'piece')}{place}"


def _part(piece: Piece, guess: Guess | None, used: set[str]) -> str:
    """Return the piece of the pattern for a piece of the line, as a named group where a column is known."""
    if piece.kind == "space":
        return r"\s+"
    if piece.kind in ("sign", "key"):
        return re.escape(piece.text)
    shape = _SHAPES[piece.kind]
    if guess is None or guess.column in used:
        inner = shape if shape.startswith("{") else f"(?:{shape})"
    else:
        used.add(guess.column)
        inner = f"(?P<{guess.column}>{shape})"
    return f'"{inner}"' if piece.kind in ("quoted", "request") else inner
