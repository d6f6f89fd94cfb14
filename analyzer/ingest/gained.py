"""What a source has gained since it was begun, looked through for requests that its format does not read."""

from __future__ import annotations

from collections.abc import Iterable

from analyzer.errors import SourceError
from analyzer.format.definition import Definition
from analyzer.format.mixture import others_in
from analyzer.source.stream import FileSource, Source

_FEWEST = 3
_BYTES = 256 * 1024
_looked_at: set[str] = set()
"""Sources that were looked through in this process: one that is followed is so only once."""


def gained_others(
    source: Source, offset: int, rejects: int, definition: Definition, known: Iterable[Definition]
) -> str | None:
    """Return the word for the person where lines behind `offset` are requests in a further format.

    `rejects` is how many of them were rejected: without any there is nothing to look for.
    """
    if rejects < _FEWEST or source.name in _looked_at:
        return None
    if not isinstance(source, FileSource) or source.compressed:
        return None
    _looked_at.add(source.name)
    try:
        text = source.read_at(offset, _BYTES)
    except SourceError:
        # It was read a moment ago; what became of it the next run will say.
        return None
    lines = text.decode("utf-8", "backslashreplace").split("\n")
    numbered = [(number, line.rstrip("\r")) for number, line in enumerate(lines[:1000], 1) if line.strip()]
    other = others_in(numbered, definition, list(known))
    if other is None:
        return None
    found, name = len(other.told_requests), other.definition.name
    return (
        f"{found:,} of the first {len(numbered):,} lines that it has gained are requests in another format "
        f"({name}) than '{definition.name}', in which it was begun, and are left out; "
        f"'analyzer forget {source.name}' and ingesting it again reads both"
    )
