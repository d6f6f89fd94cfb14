"""Rules 4 and 6: how well a text fits a catalogue's template, and the values of its placeholders.

A template is its literals, in order, with a placeholder between each two. Literals are searched from the
left, so each placeholder is as short as possible, and the last one reaches up to its anchor: the last
literal, or the end. That needs no backtracking: time is proportional to the text, whatever it holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise

from analyzer.classification.normalise import Normalised
from analyzer.classification.templates import Template

BEFORE = frozenset(" \n:=->(\"'`")
"""A bounded fit starts the text or stands behind one of these."""

AFTER = frozenset(".\"'`()[]{}<>,;\n\\")
"""A bounded fit ends the text or stands before one of these; with a code a space will do.

The backslash begins a quote or a line's end that is still escaped.
"""

ENOUGH_WITH_CODE = 12
ENOUGH_ALONE = 24
"""How many literal characters of a template a text that was cut short must hold."""

_SENTENCE_MARK = re.compile(r"[()\[\]{}\"'`,;.\n]")
TAIL = re.compile(
    r"(?:[.,;]\s*|\s+)[(\[{]?(?:request failed with status\b"
    r"|(?:x-)?(?:request|req|trace|span)[ _-]?id\s*[:=])"
)
"""What gateways append to a message: it is no part of a value at the message's end."""

Span = tuple[int, int]


class Tier(IntEnum):
    """How a text fits a template: cut short, bounded inside the text, or as a whole."""

    CUT = 1
    BOUNDED = 2
    WHOLE = 3


@dataclass(frozen=True, slots=True)
class Fit:
    """How a text fits a template: the tier, the literal characters found, and the placeholders' spans."""

    template: Template
    tier: Tier
    weight: int
    spans: tuple[Span, ...]
    text: Normalised

    @property
    def rank(self) -> tuple[int, int]:
        """What makes one fit better than another: its tier, then its literal characters."""
        return self.tier, self.weight

    def params(self) -> tuple[str, ...]:
        """Return the placeholders' values as they stand in the original text."""
        return tuple(self.text.cut(start, end) for start, end in self.spans)


def best_fit(
    templates: Iterable[Template], text: Normalised, with_code: bool, least: Tier = Tier.CUT
) -> Fit | None:
    """Return the fit of the one entry that fits `text` best, None where none fits or several fit alike."""
    best: Fit | None = None
    tied = False
    for template in templates:
        fit = fit_template(template, text, with_code, least if best is None else best.tier)
        if fit is None:
            continue
        if best is None or fit.rank > best.rank:
            best, tied = fit, False
        elif fit.rank == best.rank and fit.template.entry is not best.template.entry:
            tied = True
    return None if tied else best


def fit_template(template: Template, text: Normalised, with_code: bool, least: Tier = Tier.CUT) -> Fit | None:
    """Return the best fit of one template that is at least of the tier `least`."""
    if template.sieve in text.text:
        spans = _whole(template.literals, text.text)
        if spans is not None:
            return Fit(template, Tier.WHOLE, template.weight, spans, text)
        if least <= Tier.BOUNDED:
            spans = _bounded(template.literals, text, with_code)
            if spans is not None:
                return Fit(template, Tier.BOUNDED, template.weight, spans, text)
    if least <= Tier.CUT:
        return _cut_short(template, text, ENOUGH_WITH_CODE if with_code else ENOUGH_ALONE)
    return None


def _whole(literals: tuple[str, ...], text: str) -> tuple[Span, ...] | None:
    if len(literals) == 1:
        return () if text == literals[0] else None
    spans = _between(literals, text, False)
    return spans if spans is not None else _between(literals, text, True)


def _between(literals: tuple[str, ...], text: str, empty: bool) -> tuple[Span, ...] | None:
    """Find the placeholders of a whole fit; `empty` lets one between two spaces be empty, the spaces one."""
    last, length = literals[-1], len(text)
    if empty and not last:
        text += " "  # an empty value at the end left its space to the edge, which is off
    if not text.startswith(literals[0]) or not text.endswith(last):
        return None
    end = len(text) - len(last)
    found = _middle(literals, text, len(literals[0]), empty)
    if found is None:
        return None
    spans, position = found
    if position > end + _shared(literals[-2], last, empty):
        return None
    if not last and (tail := TAIL.search(text, position)):
        end = tail.start()
    return (*spans, (position, min(end, length)))


def _middle(
    literals: tuple[str, ...], text: str, position: int, empty: bool
) -> tuple[list[Span], int] | None:
    """Find the literals between the first and the last from `position` on."""
    spans: list[Span] = []
    for before, literal in pairwise(literals[:-1]):
        place = text.find(literal, position - _shared(before, literal, empty))
        if place < 0:
            return None
        spans.append((position, place))
        position = place + len(literal)
    return spans, position


def _shared(before: str, after: str, empty: bool) -> int:
    """Return 1 where an empty placeholder leaves its neighbours one space in common."""
    return 1 if empty and before.endswith(" ") and after.startswith(" ") else 0


def _bounded(literals: tuple[str, ...], text: Normalised, with_code: bool) -> tuple[Span, ...] | None:
    first = literals[0]
    start = text.text.find(first)
    while start >= 0:
        if start == 0 or not first or text.lines[start - 1] in BEFORE:
            if len(literals) > 1:
                spans = _bounded_from(literals, text, start, with_code, False)
                return spans or _bounded_from(literals, text, start, with_code, True)
            if _ends(text.lines, start + len(first), with_code):
                return ()
        start = text.text.find(first, start + 1)
    return None


def _bounded_from(
    literals: tuple[str, ...], text: Normalised, start: int, with_code: bool, empty: bool
) -> tuple[Span, ...] | None:
    found = _middle(literals, text.text, start + len(literals[0]), empty)
    if found is None:
        return None
    spans, position = found
    last = literals[-1]
    if not last:
        opener = text.lines[start - 1] if start else ""
        return (*spans, (position, _sentence_end(text, position, opener)))
    place = text.text.find(last, position - _shared(literals[-2], last, empty))
    while place >= 0:
        if _ends(text.lines, place + len(last), with_code):
            return (*spans, (position, place))
        place = text.text.find(last, place + 1)
    return None


def _ends(lines: str, position: int, with_code: bool) -> bool:
    return position >= len(lines) or lines[position] in AFTER or (with_code and lines[position] == " ")


def _sentence_end(text: Normalised, position: int, opener: str) -> int:
    """Return where a value at a template's end stops inside a longer text.

    It stops at the end of its sentence or line, or at the bracket or quote that closes around it, and
    never inside brackets or quotes of its own.
    """
    lines = text.lines
    tail = TAIL.search(text.text, position)
    limit = tail.start() if tail else len(lines)
    depth = 0
    quote = ""
    for found in _SENTENCE_MARK.finditer(lines, position, limit):
        mark, place = found.group(), found.start()
        following = lines[place + 1 : place + 2]
        if quote:
            quote = "" if mark == quote else quote
        elif mark in "([{":
            depth += 1
        elif mark in ")]}":
            if depth == 0:
                return place
            depth -= 1
        elif depth == 0 and mark in "\"'`":
            if place == position and mark != opener:
                quote = mark
            elif not (lines[place - 1].isalnum() and following.isalnum()):
                return place
        elif depth == 0 and (mark == "\n" or not following.strip() or following in "\"'`)]}"):
            return place
    return limit


def _cut_short(template: Template, text: Normalised, enough: int) -> Fit | None:
    """Fit a text that starts as the template does and ends before the template's end."""
    held = text.text
    first = template.literals[0]
    if not held.startswith(first):
        fits = enough <= len(held) and first.startswith(held)
        return Fit(template, Tier.CUT, len(held), (), text) if fits else None
    position = weight = len(first)
    spans: list[Span] = []
    inner = len(template.literals) - 2
    for index, literal in enumerate(template.literals[1:]):
        place = held.find(literal, position) if index < inner else -1
        if place < 0:
            partial = _partial(literal, held, position)
            spans.append((position, len(held) - partial))
            weight += partial
            break
        spans.append((position, place))
        position = place + len(literal)
        weight += len(literal)
    fits = weight >= enough and len(template.literals) > 1
    return Fit(template, Tier.CUT, weight, tuple(spans), text) if fits else None


def _partial(literal: str, held: str, position: int) -> int:
    """Return how many characters of `literal` the text holds at its end."""
    longest = min(len(literal) - 1, len(held) - position)
    return next((length for length in range(longest, 0, -1) if held.endswith(literal[:length])), 0)
