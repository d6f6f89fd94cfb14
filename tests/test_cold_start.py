"""The command line starts at once: what is heavy is loaded where it is used."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = (
    "duckdb",
    "pandas",
    "plotly",
    "pyarrow",
    "jinja2",
    "numpy",
    "hypothesis",
    "rich",
    "starlette",
    "uvicorn",
)

ASK = """
import contextlib, io, sys
from analyzer.cli import COMMANDS, run
with contextlib.redirect_stdout(io.StringIO()):
    outcome = [run(arguments) for arguments in {arguments!r}]
assert set(outcome) == {{0}}, outcome
print(*(name for name in {heavy!r} if name in sys.modules))
"""


def loaded(arguments: list[list[str]]) -> list[str]:
    """Run the command line in a fresh process and return which heavy libraries it loaded."""
    script = ASK.format(arguments=arguments, heavy=HEAVY)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


@pytest.mark.parametrize("arguments", [[["--help"]], [["--version"]]], ids=["help", "version"])
def test_the_start_is_light(arguments: list[list[str]]) -> None:
    """`analyzer --help` and `--version` load no heavy library."""
    assert loaded(arguments) == []


def test_every_commands_help_is_light() -> None:
    """The help of each command loads no heavy library."""
    from analyzer.cli import COMMANDS

    assert loaded([[name, "--help"] for name in COMMANDS]) == []


def test_importing_the_package_is_light() -> None:
    """`import analyzer` loads no heavy library before something is used."""
    script = f"import analyzer, sys; print(*(name for name in {HEAVY!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == []
