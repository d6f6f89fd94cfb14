"""One template with placeholders as SQL: whether a text fits it as a whole, and the values it held."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.classification.templates import Template
from analyzer.quote import quote_text

ASCII = "strlen({message}) = length({message})"
SIMPLE = " AND ".join((ASCII, *(f"NOT suffix({{message}}, '{end}')" for end in ("..", " .", " "))))
SINGLE_SPACED = "NOT regexp_matches({message}, '[\\x00-\\x1F]|  |^ ')"
"""Conditions on a `{message}`: only ASCII; and one closing full stop at most; only single spaces inside."""

_MAY_HAVE_TAIL = "request failed with status|id ?[:=]"


def may_meet(one: Template, other: Template) -> bool:
    """Say whether one text can fit both templates as a whole, going by their edges."""
    starts = sorted((one.literals[0].rstrip(" "), other.literals[0].rstrip(" ")), key=len)
    ends = sorted((one.literals[-1], other.literals[-1]), key=len)
    return starts[1].startswith(starts[0]) and ends[1].endswith(ends[0])


def fits_sql(template: Template, message: str) -> str:
    """Write that a text fits as a whole, with one closing full stop or none."""
    literals = template.literals
    plain = SINGLE_SPACED.format(message=message)
    if literals[-1]:
        return f"(({_like(literals, message, '')} OR {_like(literals, message, '.')}) AND {plain})"
    tail = f"regexp_matches(lower({message}), {quote_text(_MAY_HAVE_TAIL)})"
    return f"({_like(literals, message, '')} AND {plain} AND NOT {tail})"


def may_fit_sql(template: Template, message: str) -> str:
    """Write what holds of each text that fits, in whatever way."""
    return loose_sql(template, message) or fits_sql(template, message)


def loose_sql(template: Template, message: str) -> str | None:
    """Write what holds of each text that fits, also by an empty placeholder or before a tail.

    None where a template's plain fit says it all.
    """
    literals = template.literals
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


def values_sql(template: Template, message: str) -> str:
    """Cut the values out: by place where there is one, by a pattern where there are several."""
    literals = template.literals
    if len(literals) == 2:
        start, taken = len(literals[0]) + 1, len(literals[0]) + len(literals[1])
        return f"[substr({message}, {start}, length(rtrim({message}, '. ')) - {taken})]"
    pattern = quote_text("(?is)^" + "(.*?)".join(map(re.escape, literals)) + "[. ]*$")
    values = (f"regexp_extract({message}, {pattern}, {group})" for group in range(1, len(literals)))
    return f"[{', '.join(values)}]"


def is_ascii(template: Template) -> bool:
    """Say whether a template can be written as SQL: DuckDB's lower case is Python's for ASCII alone."""
    return all(literal.isascii() for literal in template.literals)
