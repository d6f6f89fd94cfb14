"""Who writes the lines of a file: the services whose names stand before them, as under Docker Compose."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence

from analyzer.format.definition import Definition
from analyzer.format.hop import told_again
from analyzer.format.score import Attempt

_CHANNEL = "(?P<channel>"
_FEWEST = 3
_REPLICA = re.compile(
    r"(?<=.)(?:-[a-z0-9]{8,10})?-[a-z0-9]{5}(?=/)|(?<=.)[-_.]\d+(?:\.[0-9a-z]{10,})?(?:@[\w.-]+)?(?=/|$)"
)
"""What tells instances of one service apart: the end of a pod's name, a number, Swarm's task and node."""


def echo_of(
    best: Attempt, tried: Sequence[tuple[int, str]], known: Sequence[Definition]
) -> tuple[str, str, int] | None:
    """Return two services whose requests one format reads, and how many of the first's look like the second's
    told again; None for none. `tried` are numbered lines as they stand in the file."""
    lines: dict[str, set[int]] = defaultdict(set)
    for pattern in _heads(known):
        for number, line in tried:
            found = pattern.match(line) if number in best.read else None
            if found:
                lines[found["channel"]].add(number)
    names = [name for name, own in lines.items() if len(own) >= _FEWEST]
    for place, name in enumerate(names):
        for other in names[:place]:
            if _service(name) == _service(other):
                continue
            same = told_again(best, lines[name], best, lines[other])
            if same:
                return name, other, same
    return None


def _service(name: str) -> str:
    """Return a name without what tells it from others of its kind: these never answer one request twice."""
    return _REPLICA.sub("", name)


def are_named(lines: Sequence[str], known: Sequence[Definition]) -> bool:
    """Tell whether a service's name stands before any of the lines."""
    return any(pattern.match(line) for pattern in _heads(known) for line in lines)


def _heads(known: Sequence[Definition]) -> list[re.Pattern[str]]:
    """Return the heads of lines in which a service's name stands: parts of lines have marks of their own."""
    heads = [
        str(one.settings["head"])
        for one in known
        if one.kind == "envelope" and "head" in one.settings and "joined" not in one.settings
    ]
    return [re.compile(head) for head in heads if _CHANNEL in head]
