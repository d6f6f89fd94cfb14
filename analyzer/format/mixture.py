"""Files in which several services write, as under Docker Compose: which formats their requests have."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from analyzer.format.definition import Definition
from analyzer.format.hop import tells_again
from analyzer.format.ranking import ranked
from analyzer.format.score import Attempt
from analyzer.format.trial import trial_connection

_FEWEST = 3
_SMALL = 0.02
"""What another format tells besides, in part of what is read, is no accident from here on."""

_MOST = 6
"""So many formats are looked for in one file."""


@dataclass
class Mixture:
    """The formats of a file. `parts` are read, the best first. `again` tell of requests that another one
    tells of too (which is named with them), `apart` cannot be read out of the same file as the best."""

    parts: list[Attempt]
    again: list[tuple[Attempt, Attempt]] = field(default_factory=list)
    apart: list[Attempt] = field(default_factory=list)

    @property
    def definition(self) -> Definition:
        """The format that reads all parts."""
        best, *others = (one.definition for one in self.parts)
        return best.mixed_with(others) if others else best


def mixture_of(
    found: Sequence[Attempt], tried: Sequence[tuple[int, str]], known: Sequence[Definition], thorough: bool
) -> Mixture:
    """Return the formats of a file whose numbered lines were `tried`, of which `found` is the ranking.

    What the best format does not read is looked at like a file of its own, and so on with what is left.
    """
    best = _best_inside(found)
    if best is found[0] and not _is_more(_others_tell(found), best):
        return Mixture([best])
    others = _further(best, tried, known, thorough)
    mixture = Mixture([_in_envelopes_of(others, best, found)])
    for one in others:
        _put(mixture, one)
    return mixture


def _best_inside(found: Sequence[Attempt]) -> Attempt:
    """Return the best format, or the best within an envelope where it takes several formats to read the same.

    What stands before a line is its service's name there: without it one format may take the requests of
    a gateway and of the service behind it for those of one.
    """
    best = found[0]
    around: list[tuple[Definition, ...]] = []
    for one in found:
        if one.depth > best.depth and one.definition.envelopes not in around:
            around.append(one.definition.envelopes)
    for envelopes in around:
        inside = [one for one in found if one.definition.envelopes == envelopes and one.told_requests]
        lines = set().union(*(one.told_requests for one in inside))
        if _covers(lines, best) and not any(_covers(one.read.keys(), best) for one in inside):
            return inside[0]
    return best


def _covers(lines: Collection[int], best: Attempt) -> bool:
    """Tell whether so many of the best's requests stand among the lines that the rest may be accidents."""
    return not _is_more(len(best.read.keys() - lines), best)


def _others_tell(found: Sequence[Attempt]) -> int:
    """Return in how many lines others find a request and its status, and the best one none."""
    return len(set().union(*(one.told_requests for one in found[1:])) - found[0].read.keys())


def _is_more(lines: int, best: Attempt) -> bool:
    return lines >= max(_FEWEST, _SMALL * len(best.read))


def _further(
    best: Attempt, tried: Sequence[tuple[int, str]], known: Sequence[Definition], thorough: bool
) -> list[Attempt]:
    """Return the best format of the lines that `best` does not read, that of what is left then, and so on."""
    others: list[Attempt] = []
    left = [one for one in tried if one[0] not in best.read]
    while left and len(others) < _MOST:
        ranking = ranked(trial_connection(), left, known, thorough)
        one = _in_envelopes_of([best], ranking[0], ranking)
        if not _is_more(len(one.told_requests), best):
            break
        others.append(one)
        left = [each for each in left if each[0] not in one.read]
    return others


def _in_envelopes_of(others: Sequence[Attempt], best: Attempt, found: Sequence[Attempt]) -> Attempt:
    """Return the best, or one that reads the same in the envelopes that all other lines come in."""
    around = others[0].definition.envelopes if others else ()
    if any(one.definition.envelopes != around for one in others):
        return best
    alike = (
        one
        for one in found
        if one.definition.envelopes == around
        and one.read.keys() >= best.read.keys()
        and not one.contradicts(best)
    )
    return next(alike, best)


def _put(mixture: Mixture, one: Attempt) -> None:
    """Put a further format where it belongs. Of two that tell of the same requests the one stays that tells
    of more of them; the best stays where they are as many."""
    for place, other in enumerate(mixture.parts):
        if tells_again(one, other):
            mixture.again.append((one, other))
            return
        if one.goes_first(other) and tells_again(other, one):
            mixture.parts[place] = one
            mixture.again.append((other, one))
            return
    goes = all(one.definition.goes_with(other.definition) for other in mixture.parts)
    (mixture.parts if goes else mixture.apart).append(one)


def counts(attempts: Sequence[Attempt]) -> str:
    """Return the names of formats, each with the lines in which it finds a request, for people."""
    lines: dict[str, int] = defaultdict(int)
    for one in attempts:
        lines[one.definition.name] += len(one.read)
    return ", ".join(f"{name} ({count:,})" for name, count in lines.items())
