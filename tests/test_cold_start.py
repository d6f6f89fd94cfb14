"""The command line starts at once: what is heavy is loaded where it is used."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())):
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


def test_nothing_of_every_day_loads_pandas(tmp_path: Path) -> None:
    """Loading it takes a third of a second, a fifth of the time of a small report."""
    log, database = tmp_path / "a.log", str(tmp_path / "a.duckdb")
    log.write_text(
        '{"ts":"2026-11-20T08:00:00Z","status":200,"model":"m","request_id":"a"}\n'
        '{"ts":"2026-11-20T08:01:00Z","status":429,"model":"m","request_id":"b","error_code":"ModelArts.81101"}\n'
    )
    rules = tmp_path / "alerts.toml"
    rules.write_text('[[rule]]\nname = "any"\nkind = "count"\nwindow = "10m"\nwarning = 50\nalert = 100\n')
    given = ["--db", database]
    commands = [
        ["ingest", str(log), *given],
        ["report", *given, "-o", str(tmp_path / "report.html")],
        ["sources", *given],
        ["query", "errors_by_code", *given],
        ["alerts", "check", *given, "--rules", str(rules), "--at", "2026-11-20T09:00:00Z"],
        ["nightly", "status", *given],
        ["forget", str(log), *given],
    ]
    assert "pandas" not in loaded(commands)
