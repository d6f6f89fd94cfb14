"""What was decided for files whose lines are built alike, so that a thousand of them are not all tried."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from analyzer.format.definition import Definition

_LOOKED_AT = 24
_MOST_BUILDS = 1000
_KEY = re.compile(r'"([^"\\]{1,64})"\s*:')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_FILLING = re.compile(r"[\w.:/+%-]+|\s+")

Build = str | frozenset[str]


@dataclass
class Memory:
    """The formats of a run, and which of them lines of each build had, where that was beyond doubt."""

    formats: Sequence[Definition]
    decided: dict[Build, Definition] = field(default_factory=dict)

    def is_of(self, formats: Sequence[Definition]) -> bool:
        """Tell whether these are the formats that it was made for."""
        return len(formats) == len(self.formats) and all(
            one is other for one, other in zip(formats, self.formats, strict=True)
        )

    def recall(self, lines: Sequence[str]) -> Definition | None:
        """Return the format of a file when lines of every build in it had that one before."""
        found = {id(one): one for one in (self.decided.get(build) for build in builds(lines)) if one}
        known = all(build in self.decided for build in builds(lines))
        return next(iter(found.values())) if known and len(found) == 1 else None

    def keep(self, lines: Sequence[str], chosen: Definition) -> None:
        """Remember the format of a file."""
        if not chosen.envelopes and len(self.decided) < _MOST_BUILDS:
            for build in builds(lines):
                self.decided.setdefault(build, chosen)


def builds(lines: Sequence[str]) -> set[Build]:
    """Return how some lines, spread over those given, are built: an object's keys, else the signs
    between words and texts."""
    step = max(1, len(lines) // _LOOKED_AT)
    return {_build(line) for line in lines[::step]}


def _build(line: str) -> Build:
    if line.startswith("{"):
        return frozenset(_KEY.findall(line))
    return _FILLING.sub(" ", _QUOTED.sub('""', line))[:400]
