"""The three files of a night, which appear whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from analyzer.errors import DeliveryError
from analyzer.store.failure import is_full


@dataclass(frozen=True)
class NightFiles:
    """Where the summary of a day lies: Markdown for people, JSON for machines, and the HTML report."""

    markdown: Path
    json: Path
    html: Path

    def all_there(self) -> bool:
        """Say whether every file exists."""
        return all(path.is_file() for path in (self.markdown, self.json, self.html))

    def read(self) -> dict[str, Any] | None:
        """Return the summary that was written; None where a file of it is missing or damaged."""
        if not self.all_there():
            return None
        try:
            found: dict[str, Any] = json.loads(self.json.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return None
        return found if isinstance(found, dict) and "verdict" in found else None


def night_files(folder: Path, day: str) -> NightFiles:
    """Return the files of the day named `day` (2026-11-22) in `folder`."""
    return NightFiles(*(folder / f"{day}.{kind}" for kind in ("md", "json", "html")))


def write_whole(writers: dict[Path, Callable[[Path], object]]) -> None:
    """Let each writer write its file beside the place it belongs, then put all of them there.

    Raises DeliveryError where the folder does not take them; then the files of before are untouched.
    """
    unfinished = {path: path.with_name(f".{path.name}.unfinished") for path in writers}
    try:
        for path, write in writers.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            write(unfinished[path])
        for path, written in unfinished.items():
            written.replace(path)
    except OSError as error:
        place = next(iter(writers)).parent
        way_out = "make room there" if is_full(error) else "name another folder as reports"
        raise DeliveryError(f"{place} takes no files: {error.strerror}; {way_out}") from error
    finally:
        for written in unfinished.values():
            if written.exists():
                written.unlink()
