"""The list of the named queries for people: what each answers, and the parameters it takes."""

from __future__ import annotations

from collections.abc import Mapping

from analyzer.query.header import NamedQuery, Parameter


def listing(queries: Mapping[str, NamedQuery], language: str) -> str:
    """Return the list as lines of text, titles in `language` (English where a query has none in it)."""
    return "\n".join(_entry(query, language) for query in queries.values())


def _entry(query: NamedQuery, language: str) -> str:
    lines = [f"{query.name}: {query.title.get(language, query.title['en'])}", f"    {query.answers}"]
    given = [_assignment(parameter) for parameter in query.parameters]
    width = max(map(len, given), default=0)
    for text, parameter in zip(given, query.parameters, strict=True):
        choices = f" ({'|'.join(parameter.choices)})" if parameter.choices else ""
        lines.append(f"    --param {text:<{width}}  {parameter.meaning}{choices}")
    return "\n".join(lines) + "\n"


def _assignment(parameter: Parameter) -> str:
    return f"{parameter.name}={parameter.default or 'NULL'}"
