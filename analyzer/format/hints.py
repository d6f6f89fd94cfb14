"""What a projection may be told about the very lines it is to take apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import NamedTuple


class Header(NamedTuple):
    """A table's header: the number of the first line that it holds for, the names of its columns, what
    stands between cells (empty where each line tells), and the date that rows with a time alone have."""

    line_no: int
    columns: tuple[str, ...]
    separator: str = ""
    date: str | None = None


@dataclass(frozen=True)
class Hints:
    """What is known of the lines.

    `keys`, for JSON, are the names that stand in them: only these are looked for. With `tested` False
    one malformed line ends the query, and the others cost less. `headers`, for tables, say which
    columns hold from which line on, in order. With `enveloped` the lines came in envelopes whose time
    is `lines.moment`, for lines without a time of their own or without its zone.
    """

    keys: Collection[str] | None = None
    tested: bool = True
    headers: tuple[Header, ...] = ()
    enveloped: bool = False


NO_HINTS = Hints()
