"""Files in which several services write, as under Docker Compose: which formats their requests have."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from analyzer.format.definition import MIXABLE, WITHIN, Definition
from analyzer.format.hop import told_again, told_elsewhere
from analyzer.format.ranking import ranked
from analyzer.format.score import Attempt
from analyzer.format.speakers import echo_of
from analyzer.format.trial import trial_connection

_FEWEST = 3
"""So many lines with a method and a status are no accident."""

_MOST_TOLD = 0.5
"""So many of the failures in words may be told by requests as well."""

_MOST = 6
"""So many formats are looked for in one file."""


@dataclass
class Mixture:
    """The formats of a file. `parts` are read, the best first, each with the lines that it tells most of;
    `again` are those of which most requests look like another's told again; `apart` cannot be read out of
    the same file as the best."""

    parts: list[tuple[Attempt, set[int]]]
    again: list[tuple[Attempt, Attempt, int]] = field(default_factory=list)
    apart: list[tuple[Attempt, set[int]]] = field(default_factory=list)
    echo: tuple[str, str, int] | None = None
    """Two services of one format that seem to tell of the same requests, and of how many."""

    @property
    def best(self) -> Attempt:
        """The format that reads most."""
        return self.parts[0][0]

    @property
    def definition(self) -> Definition:
        """The format that reads all parts."""
        best, *others = (one.definition for one, _ in self.parts)
        return best.mixed_with(others) if others else best


def mixture_of(
    found: Sequence[Attempt], tried: Sequence[tuple[int, str]], known: Sequence[Definition], thorough: bool
) -> Mixture:
    """Return the formats of a file whose numbered lines were `tried`, of which `found` is the ranking.

    What another format tells more of than the best is looked at like a file of its own, and so on with
    what is left.
    """
    best = _best_inside(found)
    left = set(dict(tried)) - best.read.keys()
    for one in found:
        if one is not best:
            left |= {line for line in best.read.keys() & one.told_requests if one.tells_more(best, line)}
    parts = _further(best, {number: line for number, line in tried if number in left}, known, thorough)
    whole = set(best.read) - set().union(*(lines for _, lines in parts))
    mixture = Mixture([(_in_envelopes_of([one for one, _ in parts], best, found), whole)])
    for one, lines in parts:
        goes = all(one.definition.goes_with(other.definition) for other, _ in mixture.parts)
        if goes:
            again = ((one, other, told_again(one, lines, other, theirs)) for other, theirs in mixture.parts)
            mixture.again += [each for each in again if each[2]][:1]
        (mixture.parts if goes else mixture.apart).append((one, lines))
    if not mixture.again:
        mixture.echo = echo_of(mixture.best, tried, known)
    attempts = [one for one, _ in mixture.parts]
    mixture.parts += [(one, set(one.read)) for one in _in_words(attempts, dict(tried), known)]
    return mixture


def others_in(
    lines: Sequence[tuple[int, str]], chosen: Definition, known: Sequence[Definition]
) -> Attempt | None:
    """Return the format of requests among numbered lines that the chosen one does not read, None for none."""
    left, read = dict(lines), []
    for part in chosen.parts:
        names = part.name.split(WITHIN)
        for one in ranked(
            trial_connection(), list(lines), [one for one in known if one.name in names], False
        ):
            if one.definition.name == part.name:
                read.append(one)
                left = {number: line for number, line in left.items() if number not in one.read}
    words = _in_words(read, left, known) if read and not any(one.only_beside for one in chosen.beside) else []
    if words or len(left) < _FEWEST:
        return words[0] if words else None
    others = [one for one in _besides(chosen, known) if one.kind in (*MIXABLE, "envelope")]
    best = ranked(trial_connection(), list(left.items()), others, False)[0]
    return best if len(best.told_requests) >= _FEWEST else None


def _in_words(
    attempts: Sequence[Attempt], lines: dict[int, str], known: Sequence[Definition]
) -> list[Attempt]:
    """Return the format of failures in words among numbered lines that no request that is read tells, if any.

    One alone: what a line tells in words, its traceback tells again.
    """
    best = attempts[0].definition
    left = [
        (number, line) for number, line in lines.items() if all(number not in one.read for one in attempts)
    ]
    for definition in known if left else ():
        if not definition.only_beside or not best.goes_with(definition):
            continue
        ranking = ranked(trial_connection(), left, [definition, *best.envelopes], False)
        inside = (one for one in ranking if one.read and one.definition.envelopes == best.envelopes)
        for one in inside:
            if told_elsewhere(one, attempts) <= _MOST_TOLD * len(one.read):
                return [one]
    return []


def _besides(chosen: Definition, known: Sequence[Definition]) -> list[Definition]:
    """Return the formats other than one, which has read what it can; envelopes among them."""
    return [one for one in known if one.name != chosen.name.rpartition(WITHIN)[2] and not one.only_beside]


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
        if inside and _covers(lines, best) and not any(_covers(one.read.keys(), best) for one in inside):
            return inside[0]
    return best


def _covers(lines: Collection[int], best: Attempt) -> bool:
    """Tell whether so many of the best's requests stand among the lines that the rest may be accidents."""
    return len(best.read.keys() - lines) < _FEWEST


def _further(
    best: Attempt, left: dict[int, str], known: Sequence[Definition], thorough: bool
) -> list[tuple[Attempt, set[int]]]:
    """Return the best format of the lines that are `left`, that of what is left then, and so on, each with
    the lines of which it tells more than those before it."""
    parts: list[tuple[Attempt, set[int]]] = []
    known = _besides(best.definition, known)
    while len(left) >= _FEWEST and len(parts) < _MOST:
        ranking = ranked(trial_connection(), list(left.items()), known, thorough)
        one = _in_envelopes_of([best], _best_inside(ranking), ranking)
        lines = {line for line in one.told_requests if one.tells_more(best, line)}
        if len(lines) < _FEWEST:
            break
        parts.append((one, lines))
        left = {number: line for number, line in left.items() if number not in one.read}
    return parts


def _in_envelopes_of(others: Sequence[Attempt], best: Attempt, found: Sequence[Attempt]) -> Attempt:
    """Return the best, or one that reads the same in the envelopes that all other lines come in."""
    if len({one.definition.name.rpartition(WITHIN)[0] for one in others}) != 1:
        return best
    around = others[0].definition.envelopes
    alike = (
        one
        for one in found
        if one.definition.envelopes == around
        and one.read.keys() >= best.read.keys()
        and not one.contradicts(best)
    )
    return next(alike, best)
