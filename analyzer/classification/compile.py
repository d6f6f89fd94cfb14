"""The plain cases of the rule as SQL, for whole batches; what it cannot settle the rule decides in Python.

SQL settles a case only where its answer is certain to be the rule's: the text is printable ASCII with
single spaces, and one row of the plain code fits it as a whole; or nothing in it can lead to an entry.
All patterns are constants, so that DuckDB prepares each of them once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from analyzer.classification.codes import EMPTY_CODES, LONGEST_CODE
from analyzer.classification.entry import Catalog, Classification
from analyzer.classification.fit import ENOUGH_ALONE
from analyzer.classification.rule import Classifier
from analyzer.classification.templates import Template, entry_templates
from analyzer.classification.verdict import NONE
from analyzer.quote import quote_text

RuleRow = tuple[int, str, str | None, str | None, str | None, str | None, str | None]
NONE_RULE = 0
_ASCII = "strlen({message}) = length({message})"
_SIMPLE = " AND ".join((_ASCII, *(f"NOT suffix({{message}}, '{end}')" for end in ("..", " .", " "))))
_SINGLE_SPACED = "NOT regexp_matches({message}, '[\\x00-\\x1F]|  |^ ')"
_MAY_HAVE_TAIL = "request failed with status|id ?[:=]"


@dataclass(frozen=True)
class CompiledRule:
    """The plain cases of the rule: `rows` are the lookup table, the two methods write the expressions.

    A row is `(rule SMALLINT, match, entry_id, code, category, action, owner)`.
    """

    rows: tuple[RuleRow, ...]
    _codes: tuple[tuple[str, int, tuple[tuple[int, Template], ...]], ...]
    _templates: tuple[Template, ...]
    _prefixes: tuple[str, ...]
    _spellings: tuple[str, ...]

    def rule_sql(self, code: str, message: str) -> str:
        """Return SQL over two text columns: the number of the rule, NULL where Python has to decide."""
        folded = f"lower({code})"
        known = " ".join(
            f"WHEN {quote_text(key)} THEN {_known_sql(message, by_code, rules)}"
            for key, by_code, rules in self._codes
        )
        return (
            f"(CASE WHEN {code} IS NULL AND {message} IS NULL THEN {NONE_RULE} "
            f"WHEN {self._is_empty(code)} THEN {self._alone_sql(message)} "
            f"WHEN {self._is_foreign(code)} THEN {self._foreign_sql(message)} "
            f"ELSE CASE {folded} {known} END END)::SMALLINT"
        )

    def params_sql(self, rule: str, message: str) -> str:
        """Return SQL for the values (VARCHAR[]) of the rule's placeholders in the original text."""
        cases = [
            f"WHEN {number} THEN {_params_sql(template, message)}"
            for _, _, rules in self._codes
            for number, template in rules
            if len(template.literals) > 1
        ]
        return f"(CASE {rule} {' '.join(cases)} ELSE []::VARCHAR[] END)" if cases else "[]::VARCHAR[]"

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
        plain = f"{_ASCII} AND {_SINGLE_SPACED}".format(message=message)
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
    rows: list[RuleRow] = [_row(NONE_RULE, NONE)]
    codes: list[tuple[str, int, tuple[tuple[int, Template], ...]]] = []
    for key, templates in classifier.templates.items():
        if not key.isascii():
            continue
        by_code = len(rows)
        rows.append(_row(by_code, classifier.classify(key, None)))
        rules: list[tuple[int, Template]] = []
        for template in sorted(templates, key=lambda template: -template.weight):
            entry = template.entry
            rules.append((len(rows), template))
            code = classifier.codes.spelling[key]
            last = (entry.category, entry.action, entry.owner)
            rows.append((len(rows), "template", entry.entry_id, code, *last))
        codes.append((key, by_code, tuple(rules)))
    every = tuple(
        template for catalog in held for entry in catalog.entries for template in entry_templates(entry)
    )
    return CompiledRule(tuple(rows), tuple(codes), every, classifier.codes.prefixes, tuple(classifier.rows))


def _row(number: int, answer: Classification) -> RuleRow:
    return (
        number, answer.match, answer.entry_id, answer.code, answer.category, answer.action, answer.owner
    )  # fmt: skip


def _known_sql(message: str, by_code: int, rules: Sequence[tuple[int, Template]]) -> str:
    """Number the one row of a known code that fits the text as a whole."""
    cases = [f"WHEN {message} IS NULL OR {message} = '' THEN {by_code}"]
    cases.append(f"WHEN NOT ({_SIMPLE.format(message=message)}) THEN NULL")
    ascii_rules = [(number, template) for number, template in rules if _is_ascii(template)]
    if len(ascii_rules) < len(rules):
        return f"CASE {cases[0]} END"
    for _, equals in groupby(ascii_rules, key=lambda rule: rule[1].weight):
        level = list(equals)
        cases += _tie_cases(message, [template for _, template in level])
        cases += [f"WHEN {_fits_sql(template, message)} THEN {number}" for number, template in level]
        loose = (_loose_sql(template, message) for _, template in level)
        cases += [f"WHEN {fits} THEN NULL" for fits in loose if fits]
    return f"CASE {' '.join(cases)} END"


def _tie_cases(message: str, level: Sequence[Template]) -> list[str]:
    """Leave a text to Python that two rows of as many literal characters may fit alike."""
    return [
        f"WHEN {_may_fit_sql(one, message)} AND {_may_fit_sql(other, message)} THEN NULL"
        for place, one in enumerate(level)
        for other in level[place + 1 :]
        if one.entry is not other.entry and _may_meet(one, other)
    ]


def _may_meet(one: Template, other: Template) -> bool:
    starts = sorted((one.literals[0].rstrip(" "), other.literals[0].rstrip(" ")), key=len)
    ends = sorted((one.literals[-1], other.literals[-1]), key=len)
    return starts[1].startswith(starts[0]) and ends[1].endswith(ends[0])


def _fits_sql(template: Template, message: str) -> str:
    """Write that a text fits as a whole, with one closing full stop or none."""
    literals = template.literals
    if len(literals) == 1:
        return f"lower({message}) IN ({quote_text(literals[0])}, {quote_text(literals[0] + '.')})"
    plain = _SINGLE_SPACED.format(message=message)
    if literals[-1]:
        return f"(({_like(literals, message, '')} OR {_like(literals, message, '.')}) AND {plain})"
    tail = f"regexp_matches(lower({message}), {quote_text(_MAY_HAVE_TAIL)})"
    return f"({_like(literals, message, '')} AND {plain} AND NOT {tail})"


def _may_fit_sql(template: Template, message: str) -> str:
    return _loose_sql(template, message) or _fits_sql(template, message)


def _loose_sql(template: Template, message: str) -> str | None:
    """Write what holds of each text that fits, also by an empty placeholder or before a tail.

    None where a template's plain fit says it all.
    """
    literals = template.literals
    if len(literals) == 1:
        return None
    loose = [literal.rstrip(" ") for literal in literals]
    if list(literals) == loose and literals[-1]:
        return None
    return _like(loose, message, "%")


def _like(literals: Sequence[str], message: str, closing: str) -> str:
    special = any(character in literal for literal in literals for character in "\\%_")
    if not special:
        return f"lower({message}) LIKE {quote_text('%'.join(literals) + closing)}"
    escaped = (re.sub(r"([\\%_])", r"\\\1", literal) for literal in literals)
    return f"lower({message}) LIKE {quote_text('%'.join(escaped) + closing)} ESCAPE '\\'"


def _params_sql(template: Template, message: str) -> str:
    """Cut the values out: by place where there is one, by a pattern where there are several."""
    literals = template.literals
    if len(literals) == 2:
        start, taken = len(literals[0]) + 1, len(literals[0]) + len(literals[1])
        return f"[substr({message}, {start}, length(rtrim({message}, '. ')) - {taken})]"
    pattern = quote_text("(?is)^" + "(.*?)".join(map(re.escape, literals)) + "[. ]*$")
    values = (f"regexp_extract({message}, {pattern}, {group})" for group in range(1, len(literals)))
    return f"[{', '.join(values)}]"


def _is_ascii(template: Template) -> bool:
    return all(literal.isascii() for literal in template.literals)


def _alternatives(texts: Iterable[str]) -> str:
    return "|".join(sorted({re.escape(text) for text in texts if text})) or "$^"
