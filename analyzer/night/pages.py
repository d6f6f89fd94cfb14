"""A summary as mail, plain text and Markdown, by templates/mail.html, mail.txt and summary.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analyzer.delivery import Message
from analyzer.night.picture import picture
from analyzer.night.verdict import BETTER, NO_DATA, OUTAGE, QUIET, WORSE
from analyzer.night.words import Page, page
from analyzer.report.visible import visible
from analyzer.resources import shared_folder
from analyzer.text import Texts

PICTURE = "bars"
"""Content-ID of the picture in a mail."""

_SIGNS = re.compile(r"[\\`*_\[\]<>|~]")
_KINDS = {QUIET: "success", BETTER: "success", WORSE: "failure", OUTAGE: "failure", NO_DATA: "info"}


def message(summary: Mapping[str, Any], texts: Texts, link: str | None, place: str) -> Message:
    """Return the message of a summary in the language of `texts`.

    `link` is the address of the report, `place` where it lies for who has no address of it.
    """
    words = page(summary, texts)
    return Message(
        subject=visible(words.subject),
        text=text(words, texts, link, place),
        markdown=markdown(words, texts, titled=False, link=link, place=place),
        html=html(words, texts, link, place),
        data={**summary, "subject": words.subject, "text": words.verdict, "report": link or place},
        kind=_KINDS.get(words.kind, "warning"),
        pictures={PICTURE: picture(summary["bars"])} if words.has_data else {},
    )


def html(words: Page, texts: Texts, link: str | None, place: str) -> str:
    """Return the summary as a mail's page, whose picture is the Content-ID PICTURE."""
    where = {"link": link, "place": place, "picture": PICTURE}
    return _rendered("mail.html", True, _shown, page=words, texts=texts, **where)


def text(words: Page, texts: Texts, link: str | None, place: str) -> str:
    """Return the summary as plain text."""
    return _rendered("mail.txt", False, _line, page=words, texts=texts, link=link, place=place)


def markdown(words: Page, texts: Texts, *, titled: bool, link: str | None, place: str) -> str:
    """Return the summary as Markdown, with its title above it where `titled`; logs' own text is escaped."""
    return _rendered(
        "summary.md", False, escape, page=words, texts=texts, titled=titled, link=link, place=place
    )


def escape(value: object) -> str:
    """Return a value as one line of plain text, in which Markdown and HTML find nothing to act on."""
    if isinstance(value, Markup):
        return str(value)
    line = visible(" ".join(str(value).split()))
    return _SIGNS.sub(lambda found: "\\" + found.group(), line.replace("&", "&amp;")).replace("\\<", "&lt;")


def _address(value: str) -> Markup:
    """Let an address of the configuration's own stand in Markdown as it is, without what would end it."""
    return Markup(re.sub(r"[\s()<>]", lambda found: f"%{ord(found.group()):02X}", value))  # noqa: S704


def _line(value: object) -> str:
    return " ".join(visible(str(value)).split())


def _shown(value: object) -> object:
    return value if isinstance(value, Markup) else _line(value)


def _rendered(name: str, is_html: bool, finalize: Callable[[Any], Any], **values: Any) -> str:
    environment = Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        undefined=StrictUndefined,
        # Text and Markdown have their own escapes, which `finalize` puts into every value there is.
        autoescape=is_html,  # noqa: S701
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["address"] = _address
    return re.sub(r"\n{3,}", "\n\n", environment.get_template(name).render(**values))
