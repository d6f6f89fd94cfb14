"""Answers for people: a plain table that fits the terminal, and a Markdown table."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

from analyzer.query.cells import display_width, short, shortened
from analyzer.query.records import records
from analyzer.query.rows import Rows

_GAP = "  "
_NARROWEST_TEXT = 8
_NARROWEST_TIME = 17
_MARKUP = re.compile(r"[\\`*\[\]|~]|(?<!\w)_|_(?!\w)")
_NUMBER_TYPES = re.compile(r"U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|DOUBLE|FLOAT|DECIMAL\(.*\)")
_TIME_TYPES = ("TIMESTAMPTZ", "TIMESTAMP")


@dataclass(frozen=True)
class Grid:
    """A table's texts, and for each column how wide it is, how narrow it may become, and its side."""

    names: list[str]
    records: list[list[str]]
    widths: list[int]
    narrowest: list[int]
    right: list[bool]


def write_table(rows: Rows, stream: BinaryIO, terminal_width: int | None) -> None:
    """Write columns under their names, numbers to the right.

    On a terminal wide texts are cut to fit (numbers never), and a single row that does not fit is
    written as one line for each column.
    """
    grid = _grid(rows, short)
    widths = grid.widths
    if terminal_width is not None:
        room = terminal_width - len(_GAP) * (len(widths) - 1)
        if len(grid.records) == 1 and sum(widths) > room:
            _write_record(grid, stream, terminal_width)
            return
        widths = fitted(widths, grid.narrowest, room)
    for record in (grid.names, ["-" * width for width in widths], *grid.records):
        line = _GAP.join(_padded(record, widths, grid.right)).rstrip()
        stream.write((line + "\n").encode())


def write_markdown(rows: Rows, stream: BinaryIO, _terminal_width: int | None) -> None:
    """Write a Markdown table; what Markdown or HTML would read as markup is escaped."""
    grid = _grid(rows, markdown_text)
    widths = [max(width, 3) for width in grid.widths]
    rule = ["-" * (width - 1) + ":-"[not right] for width, right in zip(widths, grid.right, strict=True)]
    for record in (grid.names, rule, *grid.records):
        stream.write(("| " + " | ".join(_padded(record, widths, grid.right)) + " |\n").encode())


def markdown_text(value: Any) -> str:
    """Return a value as the text of a Markdown table's cell; a line's end becomes `<br>`."""
    lines = value.split("\n") if isinstance(value, str) else [value]
    escaped = (_MARKUP.sub(r"\\\g<0>", short(line)) for line in lines)
    return "<br>".join(
        line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") for line in escaped
    )


def fitted(widths: Sequence[int], narrowest: Sequence[int], room: int) -> list[int]:
    """Return the widths cut until they fill `room` at most: the widest first, none below its narrowest."""
    # A cell of thousands of characters never needs more than the room: so the loop stays short.
    cut = [min(width, max(room, least)) for width, least in zip(widths, narrowest, strict=True)]
    while sum(cut) > room:
        free = [number for number, width in enumerate(cut) if width > narrowest[number]]
        if not free:
            break
        widest = max(free, key=lambda number: cut[number])
        cut[widest] -= 1
    return cut


def _grid(rows: Rows, shown: Callable[[Any], str]) -> Grid:
    names = [shown(name) for name in rows.columns]
    cells = [[shown(value) for value in record] for batch in records(rows) for record in batch]
    right = [_NUMBER_TYPES.fullmatch(kind) is not None for kind in rows.types]
    widest = [max(map(display_width, column)) for column in zip(*cells, strict=True)] or [0] * len(names)
    widths = [max(display_width(name), width) for name, width in zip(names, widest, strict=True)]
    narrowest = [
        width if number else _NARROWEST_TIME if kind in _TIME_TYPES else _NARROWEST_TEXT
        for kind, width, number in zip(rows.types, widest, right, strict=True)
    ]
    return Grid(names, cells, widths, narrowest, right)


def _write_record(grid: Grid, stream: BinaryIO, terminal_width: int) -> None:
    longest = max(map(display_width, grid.names))
    for name, text in zip(grid.names, grid.records[0], strict=True):
        padding = " " * (longest - display_width(name)) + _GAP
        line = name + padding + shortened(text, max(terminal_width - longest - len(_GAP), _NARROWEST_TEXT))
        stream.write((line.rstrip() + "\n").encode())


def _padded(record: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> list[str]:
    padded = []
    for text, width, to_the_right in zip(record, widths, right, strict=True):
        kept = shortened(text, width)
        space = " " * (width - display_width(kept))
        padded.append(space + kept if to_the_right else kept + space)
    return padded
