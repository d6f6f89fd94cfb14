"""Logs that lie beside those of requests, and tell of none: known, so that nobody is asked for their format.

title = "an error log of nginx"        # goes on in a sentence
defined_by = "where it is described"
line = '^...'                          # how nearly all of its lines begin
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache

from analyzer.resources import data_files, package_folder

_NEARLY_ALL = 0.95
_MOST_LINES = 200
_FIRST_LINES = 20


def other_log(lines: Sequence[str]) -> str | None:
    """Return what log the lines of a file are, if it is one that tells of no requests."""
    tried = [line for line in lines if line.strip()][:_MOST_LINES]
    for title, begins in _known():
        # Most files are none of these: their first lines say so.
        if any(begins.match(line) for line in tried[:_FIRST_LINES]):
            matched = sum(begins.match(line) is not None for line in tried)
            if matched >= _NEARLY_ALL * len(tried):
                return title
    return None


@cache
def _known() -> list[tuple[str, re.Pattern[str]]]:
    """Return what each such log is, and how its lines begin."""
    files = data_files(package_folder("other_logs"), ".toml")
    known = [tomllib.loads(path.read_text(encoding="utf-8")) for path in files]
    return [(str(one["title"]), re.compile(one["line"])) for one in known]
