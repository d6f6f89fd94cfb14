"""A catalogue's templates: the literals of each wire form, ready to be compared."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.classification.entry import Entry
from analyzer.classification.normalise import fold

PLACEHOLDER = "%s"


@dataclass(frozen=True, slots=True)
class Template:
    """One wire form of an entry: its literals, in order, with a placeholder between each two.

    The literals are in the form that is compared, `weight` counts their characters, and every text that
    holds the whole template holds `sieve`.
    """

    entry: Entry
    source: str
    literals: tuple[str, ...]
    weight: int
    sieve: str


def compile_template(entry: Entry, source: str) -> Template:
    """Make a wire form ready for comparing; its closing full stops and outer white space go."""
    pieces = [fold(piece) for piece in source.split(PLACEHOLDER)]
    pieces[0] = pieces[0].lstrip()
    pieces[-1] = pieces[-1].rstrip(" .")
    weight = sum(map(len, pieces))
    return Template(entry, source, tuple(pieces), weight, max(pieces, key=len).strip())


def entry_templates(entry: Entry) -> tuple[Template, ...]:
    """Return the templates of an entry, its message first, without those that hold no literal."""
    compiled = (compile_template(entry, source) for source in (entry.message, *entry.variants))
    return tuple(template for template in compiled if template.sieve)
