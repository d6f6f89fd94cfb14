"""The rule: from an error's code and message to the one catalogue entry it belongs to.

Order of evidence: the given code's own rows; then nested bodies, the deepest catalogue code being the
cause; then a code in free text; then, without a code or with one that the provider's catalogue lacks,
the message alone. Another provider's code is never matched by message.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from analyzer.classification.codes import CodeReader, Kind, SeenCode
from analyzer.classification.entry import Catalog, Classification, Entry
from analyzer.classification.fit import ENOUGH_ALONE, Fit, Tier, best_fit
from analyzer.classification.normalise import normalise
from analyzer.classification.templates import Template, entry_templates
from analyzer.classification.unwrap import Body, Passage, Unwrapped, unwrap
from analyzer.classification.verdict import NONE, by_code, by_fit

LONGEST_KEPT = 4096
"""Longer texts are classified anew each time, so that the memory for answers stays small."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A body and what its code is."""

    body: Body
    code: SeenCode


class Classifier:
    """Answers for the entries of some catalogues; holds no state beside a bounded memory of answers."""

    def __init__(self, catalogs: Iterable[Catalog]) -> None:
        """Make the templates of `catalogs` ready."""
        held = tuple(catalogs)
        self.codes = CodeReader(held)
        self.entries = {entry.entry_id: entry for catalog in held for entry in catalog.entries}
        self.rows: dict[str, tuple[Entry, ...]] = {}
        self.templates: dict[str, tuple[Template, ...]] = {}
        entries = tuple(self.entries.values())
        for key in self.codes.spelling:
            self.rows[key] = tuple(entry for entry in entries if self.codes.read(entry.code).key == key)
            self.templates[key] = _templates(self.rows[key])
        every = _templates(entries)
        self._all = [(template.sieve, template.literals[0][:ENOUGH_ALONE], template) for template in every]
        self._remembered = lru_cache(maxsize=2048)(self._classify)

    def classify(self, code: str | None, message: str | None) -> Classification:
        """Classify an error by what stands in its code's and its message's place.

        `message` may itself be a whole body, a Python repr, an SDK's text or an event stream. Any text gets
        an answer; the time is in proportion to its length.
        """
        if message is not None and len(message) > LONGEST_KEPT:
            return self._classify(code, message)
        return self._remembered(code, message)

    def reachable(self, text: str) -> list[Template]:
        """List the templates that a normalised text may fit without a code: a quick look, not a proof."""
        return [template for sieve, start, template in self._all if sieve in text or text.startswith(start)]

    def _classify(self, code: str | None, message: str | None) -> Classification:
        given = self.codes.read(code)
        text = message or ""
        if given.kind is Kind.KNOWN:
            fit = best_fit(self.templates[given.key], normalise(text), True, Tier.WHOLE)
            if fit is not None:
                return by_fit(given, fit, None, given.status)
        if "{" in text:
            found = unwrap(text)
        elif text:
            found = Unwrapped(passages=[Passage(0, text, text)])
        elif given.kind is Kind.KNOWN:
            return by_code(self.rows[given.key], given, None, given.status)
        else:
            return NONE
        return _Decision(self, given, text, found).make()


class _Decision:
    """One error on its way through the order of evidence."""

    def __init__(self, classifier: Classifier, given: SeenCode, text: str, found: Unwrapped) -> None:
        self.classifier = classifier
        self.text = text
        self.passages = found.passages
        self.bodies = [_Seen(body, classifier.codes.read(body.code)) for body in found.bodies]
        self.given = given if given.kind is not Kind.EMPTY else _outermost(self.bodies)
        self.status = _first_status(given, found, self.bodies)

    def make(self) -> Classification:
        """Try the kinds of evidence in their order."""
        return (
            self._by_given_rows()
            or self._by_nested_body()
            or (NONE if self.given.kind is Kind.FOREIGN else None)
            or self._by_named_code()
            or (self._code_level(self.given) if self.given.kind is Kind.KNOWN else None)
            or self._by_message()
            or NONE
        )

    def _by_given_rows(self) -> Classification | None:
        if self.given.kind is not Kind.KNOWN:
            return None
        own = [
            seen.body.message
            for seen in self.bodies
            if seen.code.key == self.given.key or seen.code.kind is Kind.EMPTY
        ]
        fit = self._fit(self.given.key, [*own, self.text])
        return self._settle(self.given, fit) if fit is not None else None

    def _by_nested_body(self) -> Classification | None:
        """Take the deepest body with a catalogue's code; of several as deep, the first whose row is found."""
        known = [seen for seen in self.bodies if seen.code.kind is Kind.KNOWN]
        if not known:
            return self._by_unlisted_body()
        deepest = max(seen.body.depth for seen in known)
        causes = [seen for seen in known if seen.body.depth == deepest]
        for cause in causes:
            fit = self._fit(cause.code.key, [cause.body.message])
            if fit is not None:
                return self._settle(cause.code, fit)
        return self._code_level(causes[0].code)

    def _by_unlisted_body(self) -> Classification | None:
        """Match by its message a body with an unlisted code of the provider, inside another's error."""
        unlisted = [seen for seen in self.bodies if seen.code.kind is Kind.UNLISTED]
        if self.given.kind is not Kind.FOREIGN or not unlisted:
            return None
        cause = max(unlisted, key=lambda seen: seen.body.depth)
        fit = self._fit_alone(cause.body.message or "", Tier.CUT)
        return by_fit(None, fit, self._outer_code(cause.code.key), self.status) if fit is not None else None

    def _by_named_code(self) -> Classification | None:
        """Use a catalogue's code that free text names.

        It gives way to a given code unless its own row fits, and to a message that a template explains as
        a whole, for then the code stands inside a placeholder.
        """
        first: SeenCode | None = None
        for passage in sorted(self.passages, key=lambda passage: -passage.depth):
            rest = normalise(passage.rest)
            for key in self.classifier.codes.named_in(rest.text):
                code = SeenCode(Kind.KNOWN, key, self.classifier.codes.spelling[key])
                fit = self._fit(key, [passage.text])
                if fit is not None:
                    return self._settle(code, fit)
                first = first or code
        if first is None or self.given.kind is Kind.KNOWN:
            return None
        return self._by_message(Tier.WHOLE) or self._code_level(first)

    def _by_message(self, least: Tier = Tier.CUT) -> Classification | None:
        """Match the message alone: the whole text first, then each passage, the deepest first."""
        fit = self._fit_alone(self.text, Tier.WHOLE) if len(self.passages) > 1 else None
        for passage in sorted(self.passages, key=lambda passage: -passage.depth):
            fit = fit or self._fit_alone(passage.text, least, passage.rest)
        return by_fit(None, fit, None, self.status) if fit is not None else None

    def _fit_alone(self, text: str, least: Tier, visible: str | None = None) -> Fit | None:
        """Fit all rows to a text of which only `visible` counts."""
        ready = normalise(text)
        if visible is not None and visible != text:
            ready = replace(normalise(visible), original=text)
        return best_fit(self.classifier.reachable(ready.text), ready, False, least)

    def _fit(self, key: str, texts: Sequence[str | None]) -> Fit | None:
        """Fit the rows of a code to the texts: the best tier first, then the earliest text."""
        best: Fit | None = None
        for text in dict.fromkeys(texts):
            fit = best_fit(self.classifier.templates[key], normalise(text), True) if text else None
            if fit is not None and fit.tier is Tier.WHOLE:
                return fit
            if fit is not None and (best is None or fit.tier > best.tier):
                best = fit
        return best

    def _settle(self, code: SeenCode, fit: Fit) -> Classification:
        return by_fit(code, fit, self._outer_code(code.key), self.status)

    def _code_level(self, code: SeenCode) -> Classification:
        return by_code(self.classifier.rows[code.key], code, self._outer_code(code.key), self.status)

    def _outer_code(self, key: str) -> str | None:
        """Return the code around the cause, where it is another one."""
        return self.given.text if self.given.key and self.given.key != key else None


def _templates(entries: Iterable[Entry]) -> tuple[Template, ...]:
    return tuple(template for entry in entries for template in entry_templates(entry))


def _outermost(bodies: Sequence[_Seen]) -> SeenCode:
    """Return the code of the outermost body that has one, a catalogue's before another's."""
    coded = [seen for seen in bodies if seen.code.kind is not Kind.EMPTY]
    ranked = sorted(coded, key=lambda seen: (seen.body.depth, seen.code.kind is not Kind.KNOWN))
    return ranked[0].code if ranked else SeenCode(Kind.EMPTY)


def _first_status(given: SeenCode, found: Unwrapped, bodies: Sequence[_Seen]) -> int | None:
    """Return the outermost status told: with the given code, in free text before a body, in a body."""
    in_bodies = (status for seen in bodies for status in (seen.body.status, seen.code.status))
    told = (given.status, found.status, *in_bodies)
    return next((status for status in told if status is not None), None)
