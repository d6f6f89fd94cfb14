"""Which names are a log's: of a file in a folder, in an archive or behind an address."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_PACKED = r"(?:\.(?:gz|zst|zstd|bz2|xz))?"
_ROTATED = r"(?:[.\-_](?:\d[\w.\-]*|old|prev))?"
_LOG_NAME = re.compile(
    rf"\.(?:log|jsonl|ndjson|txt|out|err|csv|tsv){_ROTATED}{_PACKED}$"
    rf"|^[^.]*log{_ROTATED}{_PACKED}$|^[^.]*log[^.]*{_PACKED}$"
    rf"|\.(?:json|har){_PACKED}$"
    r"|\.parquet$|\.(?:zip|tar|tgz|tbz2?|txz|tzst)$|\.tar\.\w+$"
    # Storage services write objects such as E123.2026-11-20-08.4a6f.gz.
    r"|\.\w*\d\w*\.(?:gz|zst|zstd|bz2|xz)$",
    re.IGNORECASE,
)


def is_log_name(name: str) -> bool:
    """Tell whether a file's name is a log's, packed or rotated or not, or an archive's."""
    return bool(_LOG_NAME.search(name))


def is_json_name(name: str) -> bool:
    """Tell whether a file's name leaves open if it is a log or one JSON document."""
    return ".json" in PurePosixPath(name.lower()).suffixes


def is_hidden(path: str) -> bool:
    """Tell whether a file, or a folder above it, is hidden or holds a system's own remarks."""
    parts = PurePosixPath(path).parts
    return any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in parts)
