"""The files of a night appear whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from analyzer.errors import DeliveryError
from analyzer.night.files import night_files, write_whole


def test_the_files_bear_the_days_name(tmp_path: Path) -> None:
    """Markdown, JSON and HTML stand beside each other under the date."""
    files = night_files(tmp_path, "2026-11-22")
    assert [files.markdown.name, files.json.name, files.html.name] == [
        f"2026-11-22.{kind}" for kind in ("md", "json", "html")
    ]
    assert not files.all_there()


def test_a_failure_leaves_the_files_of_before(tmp_path: Path) -> None:
    """When the second file cannot be made, the first keeps its old text and nothing unfinished is left."""
    first, second = tmp_path / "a.md", tmp_path / "b.html"
    first.write_text("old")

    def fail(path: Path) -> None:
        path.write_text("half")
        raise ValueError("the page cannot be drawn")

    with pytest.raises(ValueError, match="cannot be drawn"):
        write_whole({first: lambda path: path.write_text("new"), second: fail})
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert first.read_text() == "old"


def test_a_folder_that_takes_no_files_is_named(tmp_path: Path) -> None:
    """A file where the folder should be is told in one line with the way out."""
    (tmp_path / "reports").write_text("a file")
    files = night_files(tmp_path / "reports", "2026-11-22")
    with pytest.raises(DeliveryError, match="takes no files"):
        write_whole({files.markdown: lambda path: path.write_text("x")})
