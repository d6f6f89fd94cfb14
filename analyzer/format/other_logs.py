"""Logs that lie beside those of requests, and tell of none: known, so that nobody is asked for their format.

title = "an error log of nginx"        # goes on in a sentence
defined_by = "where it is described"
line = '^...'                          # how nearly all of its lines begin
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence

from analyzer.resources import data_files, package_folder

_NEARLY_ALL = 0.95
_MOST_LINES = 200


def other_log(lines: Sequence[str]) -> str | None:
    """Return what log the lines of a file are, if it is one that tells of no requests."""
    tried = [line for line in lines if line.strip()][:_MOST_LINES]
    for path in data_files(package_folder("other_logs"), ".toml") if tried else ():
        known = tomllib.loads(path.read_text(encoding="utf-8"))
        begins = re.compile(known["line"])
        if sum(begins.match(line) is not None for line in tried) >= _NEARLY_ALL * len(tried):
            return str(known["title"])
    return None
