"""The summary as a page of Markdown, from templates/summary.md and the texts of one language."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analyzer.report.visible import visible
from analyzer.resources import shared_folder
from analyzer.text import Texts

LISTED = 5
"""How many errors of a kind the page lists; the JSON has more, the report all."""

_SIGNS = re.compile(r"[\\`*_\[\]<>|~]")
_LONGEST_TEXT = 200


def markdown(summary: Mapping[str, Any], texts: Texts) -> str:
    """Return the page of a summary, in the language of `texts`; the logs' own text is escaped in it."""
    environment = Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        undefined=StrictUndefined,
        # Markdown has its own escapes, which `finalize` puts into every value there is.
        autoescape=False,  # noqa: S701
        finalize=escape,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    moments = {name: _moment(summary[name]) for name in ("since", "until", "data_until")}
    names = {"day": moments["since"], "day_before": datetime.fromisoformat(summary["before"]["day"])}
    page = environment.get_template("summary.md").render(
        summary=summary,
        texts=texts,
        moments=moments,
        names=names,
        listed=LISTED,
        error_name=_error_name(texts),
    )
    return re.sub(r"\n{3,}", "\n\n", page)


def escape(value: object) -> str:
    """Return a value as one line of plain text, in which Markdown and HTML find nothing to act on."""
    line = visible(" ".join(str(value).split()))
    return _SIGNS.sub(lambda found: "\\" + found.group(), line.replace("&", "&amp;")).replace("\\<", "&lt;")


def _error_name(texts: Texts) -> Any:
    def name(error: Mapping[str, Any]) -> str:
        code = texts["night.no_code"] if error["code"] in (None, "(none)") else str(error["code"])
        text = f"{code}: {error['message']}" if error["message"] else code
        return text if len(text) <= _LONGEST_TEXT else f"{text[: _LONGEST_TEXT - 1]}…"

    return name


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
