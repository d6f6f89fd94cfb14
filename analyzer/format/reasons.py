"""Reasons of failures that lines above the request's tell: a relay's `[ERR]`, with the request's id.

    [settings]
    reason = '^\\[ERR\\] [^|]*\\| *(?P<request_id>\\w+) *\\| *(?P<text>.*)$'   # of a format of kind pattern
    no_reason = 'relay error happen, '   # of lines that look like one and tell nothing new

The request gets the text of the last such line above it, at most REACH lines off, if it failed and tells no
error itself. The line stays what it is: no request.
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from analyzer.format.patterns import NEVER, fill
from analyzer.quote import quote_text
from analyzer.resources import statement

if TYPE_CHECKING:
    from analyzer.format.definition import Definition

REACH = 200
"""A relay writes both lines at once; those of other requests come between."""
_MOST_TEXT = 8192


def reasons_in(definition: Definition) -> str | None:
    """Return the SELECT of the reasons in the relation `lines`: line_no, key, text, line; None for none."""
    pattern = definition.settings.get("reason")
    if pattern is None:
        return None
    parts = definition.settings.get("part", {})
    wanted, unwanted = (fill(one, parts) for one in (pattern, definition.settings.get("no_reason", NEVER)))
    return Template(statement("format", "reasons.sql")).substitute(
        pattern=quote_text(wanted), unwanted=quote_text(unwanted), most=_MOST_TEXT
    )


def explained(staged: str, reasons: str) -> str:
    """Return the SELECT of what was `staged`, its failures with what the relation `reasons` tells of them."""
    query = Template(statement("format", "explained.sql"))
    return query.substitute(staged=staged, reasons=reasons, reach=REACH)
