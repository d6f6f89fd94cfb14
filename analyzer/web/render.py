"""The pages that are drawn here: templates/web, in the reader's language, every value escaped."""

from __future__ import annotations

from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analyzer import __version__
from analyzer.report.visible import shortened, visible
from analyzer.resources import shared_folder
from analyzer.text import languages, texts
from analyzer.web.assets import asset_address


def render(template: str, language: str, **values: Any) -> str:
    """Return the page of `templates/web/<template>` in `language`."""
    page = _environment().get_template(f"web/{template}")
    others = [name for name in languages() if name != language]
    return page.render(texts=texts(language), language=language, others=others, version=__version__, **values)


def seen(value: Any) -> Any:
    """Return a value of the store for people: texts cut to a bearable length, nothing in them obeyed."""
    if isinstance(value, str):
        return visible(shortened(value))
    if isinstance(value, list):
        return [seen(part) for part in value]
    if isinstance(value, dict):
        return {name: seen(part) for name, part in value.items()}
    return value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["asset"] = asset_address
    return environment
