"""What the README says is so: its blocks run, its commands exist, its links lead somewhere."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from analyzer.cli import COMMANDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(kind: str) -> list[str]:
    """List the README's code blocks of a kind, in order."""
    return re.findall(rf"^```{kind}\n(.*?)^```", README, flags=re.DOTALL | re.MULTILINE)


def test_the_python_blocks_run(tmp_path: Path) -> None:
    """The README's Python runs as it stands, in one go, beside sample_logs."""
    shutil.copytree(ROOT / "sample_logs", tmp_path / "sample_logs")
    script = "\n".join(blocks("python"))
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr


def test_the_configuration_shown_is_valid(tmp_path: Path) -> None:
    """The analyzer.toml of the README is one that the analyzer accepts."""
    from analyzer.config import load_configuration

    (shown,) = blocks("toml")
    (tmp_path / "analyzer.toml").write_text(shown, encoding="utf-8")
    assert load_configuration(start=tmp_path).ingest


def test_the_first_screen_holds_the_two_commands() -> None:
    """make demo, make test and the picture stand within the first sixty lines."""
    first = "\n".join(README.splitlines()[:60])
    assert all(text in first for text in ("make demo", "make test", "docs/dashboard.png"))


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: str) -> None:
    """Each command stands in the README or its reference, and its help holds an example."""
    reference = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    _, _, section = reference.partition(f"\n## analyzer {command}\n")
    section = section.partition("\n## ")[0]
    assert re.search(rf"analyzer {command}\b", README)
    assert "Examples:" in section


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of the documentation names a file that is there."""
    text = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)#\s]+)[^)]*\)", text)
    relative = [target for target in targets if "://" not in target]
    assert [target for target in relative if not (page.parent / target).exists()] == []
