"""Styles and scripts by their own address, which holds a hash of the content and so never changes meaning."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from analyzer.report.assets import digest, page_script, plotly_script
from analyzer.resources import shared_folder

_STYLE_TEXT = re.compile(r"textContent='((?:[^'\\]|\\.)*)'")
_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


def _page() -> str:
    """Return the dashboard's script, and after it what keeps it up to date."""
    return page_script((shared_folder("templates") / "web" / "live.js").read_text(encoding="utf-8"))


_MADE: Mapping[str, Callable[[], str]] = {"page.js": _page, "plotly.js": plotly_script}


@dataclass(frozen=True)
class Asset:
    """A file as it is sent: its type, its bytes, the same compressed, and the hash of its address."""

    media_type: str
    body: bytes
    packed: bytes
    mark: str


def asset_address(name: str) -> str:
    """Return the address of the asset `name`. Raises KeyError where there is none."""
    return f"/assets/{asset(name).mark}/{name}"


@cache
def chart_styles() -> tuple[str, ...]:
    """Return the hashes of the styles that plotly writes into a page: an empty one, and its script's."""
    texts = ["", *_STYLE_TEXT.findall(plotly_script())]
    return tuple(digest(text) for text in texts if "\\" not in text)


@cache
def asset(name: str) -> Asset:
    """Return the asset `name`: the page's script, plotly, or a file of templates/web or templates/static.

    Raises KeyError.
    """
    if name in _MADE:
        return _asset(".js", _MADE[name]().encode())
    for folder in ("web", "static"):
        files = {file.name: file for file in (shared_folder("templates") / folder).glob("*.*")}
        if name in files and files[name].suffix in _TYPES:
            return _asset(files[name].suffix, files[name].read_bytes())
    raise KeyError(name)


def _asset(suffix: str, body: bytes) -> Asset:
    mark = hashlib.sha256(body).hexdigest()[:16]
    return Asset(_TYPES[suffix], body, gzip.compress(body, 6, mtime=0), mark)
