"""How a call ends, and what the tool must make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from analyzer.classification.entry import Entry

SHAPES = (
    "plain",  # an error object, in one of the wire's spellings
    "stream",  # an error behind `data:` of a 200
    "task",  # a failed task, reported by a 200
    "html",  # a page of a proxy
    "empty",  # a status and nothing else
    "gone",  # the client closed the connection
    "garbled",  # what reached the port was no HTTP request
    "quoted",  # a success that quotes an error
    "answer",  # a success
)


@dataclass(frozen=True)
class Verdict:
    """What a failure is, as the generator meant it: the truth that the tool is held to.

    `code` is errors_by_code's key: the catalogue's code, or for match `none` the code as seen.
    """

    match: str
    code: str | None
    entry: Entry | None = None
    category: str | None = None
    owner: str = "unknown"


@dataclass(frozen=True)
class Answer:
    """A status, the error as it goes over the wire, and the shape that carries it; no verdict: a success."""

    status: int
    shape: str
    code: str | None = None
    message: str | None = None
    verdict: Verdict | None = None
    retryable: bool = False


def verdict_of(entry: Entry, match: str) -> Verdict:
    """Return the verdict on an error that belongs to one entry."""
    return Verdict(match, entry.code, entry, entry.category, entry.owner)


def verdict_of_code(code: str, entries: Sequence[Entry]) -> Verdict:
    """Return the verdict on a known code with an unknown text: what all rows agree on, else `several`."""
    rows = [entry for entry in entries if entry.code == code]
    categories = {row.category for row in rows}
    owners = {row.owner for row in rows}
    return Verdict(
        "code",
        code,
        category=categories.pop() if len(categories) == 1 else "several",
        owner=owners.pop() if len(owners) == 1 else "several",
    )


def unknown(code: str | None) -> Verdict:
    """Return the verdict on an error that no catalogue explains."""
    return Verdict("none", code)
