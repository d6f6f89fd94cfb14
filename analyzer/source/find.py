"""Which files a person means by a path, a folder, a glob or `-`."""

from __future__ import annotations

import glob
import re
from collections.abc import Sequence
from pathlib import Path

from analyzer.errors import MissingPathError

STDIN = "-"
_LOG_NAME = re.compile(
    r"\.(log|jsonl|ndjson|txt|out|err)([.\-_]\d[\w.\-]*)?(\.gz)?$|^[^.]*log[^.]*$|\.json(\.gz)?$",
    re.IGNORECASE,
)


def find_sources(paths: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the sources meant by `paths` in order, each once, and the files of folders passed over.

    A folder stands for the files below it whose names are a log's (`*.log`, `*.jsonl`, `*.log.2.gz`,
    `access_log`, a `.json` file of one object a line, ...); a glob stands for what it matches; `-`
    is standard input. Raises MissingPathError for what is not there and for a folder without logs.
    """
    found: dict[str, None] = {}
    passed_over: list[str] = []
    for path in paths:
        if path == STDIN:
            found[STDIN] = None
        elif Path(path).is_dir():
            inside, others = _logs_below(Path(path))
            if not inside:
                raise MissingPathError(
                    f"{path} holds no log files; name a file, or a folder with *.log or *.jsonl files"
                )
            found.update(dict.fromkeys(inside))
            passed_over += others
        elif Path(path).exists():
            found[path] = None
        else:
            found.update(dict.fromkeys(_matches(path)))
    return list(found), passed_over


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


def _logs_below(folder: Path) -> tuple[list[str], list[str]]:
    logs: list[str] = []
    others: list[str] = []
    for path in sorted(folder.rglob("*")):
        if not path.is_file() or any(part.startswith(".") for part in path.relative_to(folder).parts):
            continue
        is_log = _LOG_NAME.search(path.name) and (".json" not in path.suffixes or _holds_objects(path))
        (logs if is_log else others).append(str(path))
    return logs, others


def _holds_objects(path: Path) -> bool:
    """Tell a log of one JSON object a line from a JSON document, by the first line."""
    if path.suffix == ".gz":
        return True
    with path.open("rb") as file:
        first = file.readline(1 << 20).strip()
    return first.startswith(b"{") and (first.endswith(b"}") or len(first) >= 1 << 20)
