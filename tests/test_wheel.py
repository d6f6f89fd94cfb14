"""The wheel: an installed copy holds its data and works from any folder."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
DATA = {
    "queries": ".sql",
    "templates": ".md",
    "texts": ".toml",
    "catalogs": ".toml",
    "formats": ".toml",
    "directives": ".toml",
    "masks": ".toml",
    "other_logs": ".toml",
}


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel and unpack it, as an installer does; return the folder."""
    built, unpacked = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(built)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = built.glob("*.whl")
    zipfile.ZipFile(wheel).extractall(unpacked)
    return unpacked


def run(installed: Path, folder: Path, *arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the installed copy in another folder, isolated from the checkout."""
    environment: Mapping[str, str] = {**os.environ, "PYTHONPATH": str(installed), **changes}
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


@pytest.mark.parametrize("folder", DATA)
def test_every_data_file_is_inside(installed: Path, folder: Path) -> None:
    """The wheel holds as many data files of each kind as the checkout."""
    source = ROOT / folder if (ROOT / folder).is_dir() else ROOT / "analyzer" / folder
    expected = {path.name for path in source.rglob(f"*{DATA[str(folder)]}")}
    assert expected
    assert {
        path.name for path in (installed / "analyzer" / folder).rglob(f"*{DATA[str(folder)]}")
    } == expected


def test_nothing_but_the_package_is_inside(installed: Path) -> None:
    """No tests, no sample logs and no folder of the checkout's top level come along."""
    assert [path.name for path in installed.iterdir() if not path.name.endswith(".dist-info")] == ["analyzer"]


def test_it_works_from_another_folder(installed: Path, tmp_path: Path) -> None:
    """Queries and catalogue are found without the checkout."""
    listed = run(installed, tmp_path, "query")
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "errors_by_remedy" in listed.stdout
    assert run(installed, tmp_path, "catalog", "list").returncode == 0
