"""Styles and scripts by their own address, which holds a hash of the content and so never changes meaning."""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass
from functools import cache

from analyzer.resources import shared_folder

_TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}


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
def asset(name: str) -> Asset:
    """Return the asset `name`: a file of templates/web or templates/static. Raises KeyError."""
    for folder in ("web", "static"):
        files = {file.name: file for file in (shared_folder("templates") / folder).glob("*.*")}
        if name in files and files[name].suffix in _TYPES:
            return _asset(files[name].suffix, files[name].read_bytes())
    raise KeyError(name)


def _asset(suffix: str, body: bytes) -> Asset:
    mark = hashlib.sha256(body).hexdigest()[:16]
    return Asset(_TYPES[suffix], body, gzip.compress(body, 6, mtime=0), mark)
