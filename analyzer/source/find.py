"""Which sources a person means by a path, a folder, a glob, an address or `-`."""

from __future__ import annotations

import glob
import os
from collections.abc import Sequence
from pathlib import Path

from analyzer.errors import MissingPathError, SourceError
from analyzer.source.named import is_hidden, is_json_name, is_log_name
from analyzer.source.names import STDIN, is_address, local_path, shown
from analyzer.source.place import LocalFile
from analyzer.source.stream import FileSource

_FIRST_BYTES = 1024 * 1024
_BLOCK_BYTES = 16 * 1024


def find_sources(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the sources meant by `paths` in order, each once, and the files of folders passed over.

    A folder stands for the files below it whose names are a log's (`*.log`, `*.jsonl`, `*.log.2.gz`,
    `access_log`, `*.tar.gz`, a `.json` file of one object a line or a list of events, ...); a glob stands
    for what it matches; `-` is standard input. A folder that cannot be looked through is among the
    sources, for opening it says why. Raises MissingPathError for what is not there and for a folder
    without logs, UsageError for an address of a kind that cannot be read.
    """
    found: dict[str, None] = {}
    passed_over: list[str] = []
    for path in map(local_path, paths):
        if path == STDIN:
            found[STDIN] = None
        elif is_address(path):
            from analyzer.source.remote import find_addresses

            inside, others = find_addresses(path)
            found.update(dict.fromkeys(inside))
            passed_over += others
        elif Path(path).is_dir():
            inside, others = _logs_below(path)
            found.update(dict.fromkeys(inside))
            passed_over += others
        elif Path(path).exists():
            found[path] = None
        else:
            found.update(dict.fromkeys(_matches(path)))
    return list(found), passed_over


def without_sources(paths: Sequence[str]) -> list[str]:
    """Return those of the paths that lead to no log."""
    missing = []
    for path in paths:
        try:
            find_sources([path])
        except MissingPathError:
            missing.append(path)
    return missing


def _matches(pattern: str) -> list[str]:
    matched = sorted(
        name
        for name in glob.glob(pattern, recursive=True)  # noqa: PTH207 - a pattern may be absolute
        if Path(name).is_file()
    )
    if not matched:
        raise MissingPathError(
            f"{pattern} does not exist; check the path (relative paths start at {Path.cwd()})"
        )
    return matched


def _logs_below(folder: str) -> tuple[list[str], list[str]]:
    unreadable: list[str] = []
    files: list[Path] = []
    for place, folders, names in os.walk(folder, onerror=lambda error: unreadable.append(error.filename)):
        folders[:] = [name for name in folders if not is_hidden(name)]
        files += [Path(place, name) for name in names if not is_hidden(name)]
    logs: list[str] = []
    others: list[str] = []
    for path in sorted(files):
        if path.is_file():
            (logs if _is_log(path) else others).append(str(path))
    if not logs and not unreadable:
        raise MissingPathError(
            f"{folder} holds no log files; name a file, or a folder with *.log or *.jsonl files"
        )
    return logs + unreadable, [shown(name) for name in others]


def _is_log(path: Path) -> bool:
    return is_log_name(path.name) and (not is_json_name(path.name) or _holds_objects(path))


def _holds_objects(path: Path) -> bool:
    """Tell a log of JSON objects, one a line or in a list, from another document, by how it begins."""
    first = b""
    try:
        source = FileSource(LocalFile(str(path)))
        if source.is_document:
            return source.is_list
        with source.stream() as stream:
            while b"\n" not in first and len(first) < _FIRST_BYTES and (more := stream.read(_BLOCK_BYTES)):
                first += more
    except SourceError:
        # Reading it will say what is wrong with it.
        return True
    line = first.partition(b"\n")[0].strip()
    return line.startswith(b"{") and (line.endswith(b"}") or len(line) >= _FIRST_BYTES)
