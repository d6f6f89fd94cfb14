"""The plain cases of the rule as SQL, for whole batches; what it cannot settle the rule decides in Python.

SQL settles a case only where its answer is certain to be the rule's: the pair is a fact that the rule was
asked beforehand (a code alone, a row without placeholders); the text is ASCII with single spaces and one
row of the plain code fits it as a whole; or nothing in it can lead to an entry. All patterns are constants,
so that DuckDB prepares each of them once, and facts are one look-up, for branches cost more than rows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from analyzer.classification.codes import EMPTY_CODES, LONGEST_CODE
from analyzer.classification.entry import Catalog, Classification
from analyzer.classification.fit import ENOUGH_ALONE
from analyzer.classification.pattern import (
    ASCII,
    SIMPLE,
    SINGLE_SPACED,
    fits_sql,
    is_ascii,
    loose_sql,
    may_fit_sql,
    may_meet,
    values_sql,
)
from analyzer.classification.rule import Classifier
from analyzer.classification.templates import Template, entry_templates
from analyzer.classification.verdict import NONE, by_row
from analyzer.quote import quote_list, quote_text

RuleRow = tuple[int, str, str | None, str | None, str | None, str | None, str | None]
Rules = tuple[tuple[int, Template], ...]
NONE_RULE = 0
_APART = "\x1f"
"""Stands between code and text in a fact's key."""


@dataclass(frozen=True)
class CompiledRule:
    """The plain cases of the rule: `rows` are the lookup table, the two methods write the expressions.

    A row is `(rule SMALLINT, match, entry_id, code, category, action, owner)`.
    """

    rows: tuple[RuleRow, ...]
    _facts: tuple[str, ...]
    _codes: tuple[tuple[str, Rules], ...]
    _templates: tuple[Template, ...]
    _prefixes: tuple[str, ...]
    _spellings: tuple[str, ...]

    def rule_sql(self, code: str, message: str) -> str:
        """Return SQL over two text columns: the number of the rule, NULL where Python has to decide."""
        branches = "".join(
            f"WHEN {quote_text(key)} THEN {_known_sql(message, rules)} " for key, rules in self._codes
        )
        other = (
            f"CASE WHEN {self._is_empty(code)} THEN {self._alone_sql(message)} "
            f"WHEN {self._is_foreign(code)} THEN {self._foreign_sql(message)} END"
        )
        by_text = f"CASE {_plain_code(code)} {branches}ELSE {other} END" if branches else other
        return (
            f"(CASE WHEN {code} IS NULL AND {message} IS NULL THEN {NONE_RULE} "
            f"ELSE coalesce({self._fact_sql(code, message)}, {by_text}) END)::SMALLINT"
        )

    def params_sql(self, rule: str, message: str) -> str:
        """Return SQL for the values (VARCHAR[]) of the rule's placeholders in the original text."""
        cases = [
            f"WHEN {number} THEN {values_sql(template, message)}"
            for _, rules in self._codes
            for number, template in rules
        ]
        return f"(CASE {rule} {' '.join(cases)} ELSE []::VARCHAR[] END)" if cases else "[]::VARCHAR[]"

    def _fact_sql(self, code: str, message: str) -> str:
        """Number the fact that the pair is; a fact's number is its place, from 1."""
        both = f"concat({code}, {message})"
        folded = f"lower({message})"
        body = f"CASE WHEN suffix({folded}, '.') THEN left({folded}, -1) ELSE {folded} END"
        key = f"concat(lower({code}), {quote_text(_APART)}, {body})"
        place = f"list_position({quote_list(self._facts)}, {key})"
        return f"CASE WHEN strlen({both}) = length({both}) THEN nullif({place}, 0) END"

    def _is_empty(self, code: str) -> str:
        names = ", ".join(quote_text(name) for name in sorted(EMPTY_CODES - set(self._spellings)))
        known = " AND ".join(
            f"{code} <> {quote_text(key)}" for key in self._spellings if re.fullmatch("[0-9]{3}", key)
        )
        bare = f"regexp_full_match({code}, '[0-9]{{3}}')" + (f" AND {known}" if known else "")
        return f"{code} IS NULL OR lower({code}) IN ({names}) OR ({bare})"

    def _is_foreign(self, code: str) -> str:
        known = ", ".join(quote_text(key) for key in self._spellings) or "''"
        return (
            f"regexp_full_match({code}, '[!-~]{{1,{LONGEST_CODE}}}') AND lower({code}) NOT IN ({known})"
            + "".join(f" AND NOT contains(lower({code}), {quote_text(prefix)})" for prefix in self._prefixes)
        )

    def _alone_sql(self, message: str) -> str:
        """Nothing in the text can reach a template: no entry."""
        reachable = _alternatives(template.sieve for template in self._templates)
        openings = {template.literals[0][:ENOUGH_ALONE] for template in self._templates}
        starts = _alternatives(openings) if "" not in openings else ""
        named = "".join(f"|{re.escape(prefix)}" for prefix in self._prefixes)
        pattern = quote_text(rf"\{{|{reachable}{named}|^(?:{starts})")
        plain = f"{ASCII} AND {SINGLE_SPACED}".format(message=message)
        out_of_reach = f"{plain} AND NOT regexp_matches(lower({message}), {pattern})"
        return f"CASE WHEN {message} IS NULL OR {message} = '' OR ({out_of_reach}) THEN {NONE_RULE} END"

    def _foreign_sql(self, message: str) -> str:
        """No body in the text, or no trace of a code of ours in it: no entry."""
        trace = rf"(?i)[^\x00-\x7F]|[\\&]|{_alternatives((*self._prefixes, *self._unprefixed()))}"
        return (
            f"CASE WHEN {message} IS NULL OR NOT contains({message}, '{{') "
            f"OR NOT regexp_matches({message}, {quote_text(trace)}) THEN {NONE_RULE} END"
        )

    def _unprefixed(self) -> list[str]:
        return [key for key in self._spellings if not key.startswith(self._prefixes)]


def compile_rule(catalogs: Iterable[Catalog]) -> CompiledRule:
    """Write the plain cases of the rule for `catalogs` down."""
    held = tuple(catalogs)
    classifier = Classifier(held)
    facts = _facts(classifier)
    rows = [_row(NONE_RULE, NONE), *(_row(place, answer) for place, answer in enumerate(facts.values(), 1))]
    codes: list[tuple[str, Rules]] = []
    for key, templates in classifier.templates.items():
        rules = _rules(templates, len(rows))
        if rules and key.isascii():
            spelling = classifier.codes.spelling[key]
            rows += [_row(number, by_row(template.entry, spelling)) for number, template in rules]
            codes.append((key, rules))
    every = tuple(
        template for catalog in held for entry in catalog.entries for template in entry_templates(entry)
    )
    prefixes, spellings = classifier.codes.prefixes, tuple(classifier.rows)
    return CompiledRule(tuple(rows), tuple(facts), tuple(codes), every, prefixes, spellings)


def _facts(classifier: Classifier) -> dict[str, Classification]:
    """Ask the rule beforehand about each code alone and each row that has no placeholder, by its key."""
    pairs: list[tuple[str, str]] = []
    for key, templates in classifier.templates.items():
        texts = [literal for literal in map(_only_literal, templates) if literal]
        pairs += [(key, text) for text in ("", *texts)]
        pairs += [("", text) for text in texts]
    answers = {f"{code}{_APART}{text}": classifier.classify(code, text) for code, text in pairs}
    return {
        key: answer
        for key, answer in answers.items()
        if key.isascii() and not answer.params and answer.outer_status is None and answer.outer_code is None
    }


def _only_literal(template: Template) -> str | None:
    return template.literals[0] if len(template.literals) == 1 else None


def _rules(templates: Sequence[Template], first: int) -> Rules:
    """Number the templates with placeholders, those with the most literal characters first."""
    ranked = sorted((one for one in templates if _only_literal(one) is None), key=lambda one: -one.weight)
    return tuple(enumerate(ranked, first))


def _row(number: int, answer: Classification) -> RuleRow:
    return (
        number, answer.match, answer.entry_id, answer.code, answer.category, answer.action, answer.owner
    )  # fmt: skip


def _plain_code(code: str) -> str:
    """Write a code in lower case; one that is not ASCII, whose lower case may differ, as an empty one."""
    return f"CASE WHEN strlen({code}) = length({code}) THEN lower({code}) ELSE '' END"


def _known_sql(message: str, rules: Rules) -> str:
    """Number the one row with placeholders of a known code that fits the text as a whole."""
    cases = [f"WHEN NOT ({SIMPLE.format(message=message)}) THEN NULL"]
    ascii_rules = [(number, template) for number, template in rules if is_ascii(template)]
    if len(ascii_rules) < len(rules):
        return "NULL"
    for _, equals in groupby(ascii_rules, key=lambda rule: rule[1].weight):
        level = list(equals)
        cases += _tie_cases(message, [template for _, template in level])
        cases += [f"WHEN {fits_sql(template, message)} THEN {number}" for number, template in level]
        loose = (loose_sql(template, message) for _, template in level)
        cases += [f"WHEN {fits} THEN NULL" for fits in loose if fits]
    return f"CASE {' '.join(cases)} END"


def _tie_cases(message: str, level: Sequence[Template]) -> list[str]:
    """Leave a text to Python that two rows of as many literal characters may fit alike."""
    return [
        f"WHEN {may_fit_sql(one, message)} AND {may_fit_sql(other, message)} THEN NULL"
        for place, one in enumerate(level)
        for other in level[place + 1 :]
        if one.entry is not other.entry and may_meet(one, other)
    ]


def _alternatives(texts: Iterable[str]) -> str:
    return "|".join(sorted({re.escape(text) for text in texts if text})) or "$^"
