"""What a projection may be told about the very lines it is to take apart."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

Header = tuple[int, tuple[str, ...]]
"""The number of the first line that a table's header holds for, and the names of its columns."""


@dataclass(frozen=True)
class Hints:
    """What is known of the lines.

    `keys`, for JSON, are the names that stand in them: only these are looked for. With `tested` False one malformed
    line ends the query, and the others cost less. `headers`, for tables, say which columns hold from
    which line on, in order. With `enveloped` the lines came in
    envelopes whose time is `lines.moment`, for lines without a time of their own or without its zone.
    """

    keys: Collection[str] | None = None
    tested: bool = True
    headers: tuple[Header, ...] = ()
    enveloped: bool = False


NO_HINTS = Hints()
