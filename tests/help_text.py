"""What the README shows of the command line: help texts, and commands with their real output.

Called from cog blocks; `make docs` writes them, `make check` compares. Width, colour and terminal are
fixed before Typer is loaded, so that every machine writes the same.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

os.environ.update(COLUMNS="96", NO_COLOR="1", TERM="dumb", TZ="UTC")
for _name in ("ANALYZER_DB", "FORCE_COLOR", "CLICOLOR_FORCE"):
    os.environ.pop(_name, None)

ROOT = Path(__file__).resolve().parent.parent
_SECONDS = re.compile(r"\b\d+(?:\.\d+)? s\b")
_AGE = re.compile(r"\b\d+ (?:minute|hour|day)s? old\b")
_LONGEST = 25
_place: list[tempfile.TemporaryDirectory[str]] = []


def help_text(*command: str) -> None:
    """Print the help of a command as a block of Markdown."""
    _print_block(f"$ analyzer {' '.join([*command, '--help'])}", _run([*command, "--help"]))


def console(*lines: str) -> None:
    """Print shell lines and what they put out, run in a folder with sample_logs/, one after the other.

    All calls of one document share the folder. Times taken become `… s`, ages `… old`, long output is cut.
    """
    shown = []
    for line in lines:
        shown += [f"$ {line}", *_cut(_shell(line))]
    print("```console", *shown, "```", sep="\n")


def commands() -> None:
    """Print the help of every command, in the order of the help, a heading each."""
    from analyzer.cli import COMMANDS

    for name in COMMANDS:
        print(f"## analyzer {name}\n")
        help_text(name)
        for sub in _subcommands(name):
            print()
            help_text(name, sub)
        print()


def alert_rules() -> None:
    """Print how a file of rules is written, and what each kind of rule takes, from the modules' own words."""
    import analyzer.alert.rule
    from analyzer.alert.judge import KINDS

    _, _, text = (analyzer.alert.rule.__doc__ or "").strip().partition("\n\n")
    print("```toml", text, "```", sep="\n")
    for kind in KINDS.values():
        head, _, text = (sys.modules[kind.judge.__module__].__doc__ or "").strip().partition("\n\n")
        print(f"\n## {head.removesuffix('.')}\n")
        print(re.sub(r"(?m)(?:^    .*\n?)+", _as_toml, text).rstrip())


def _as_toml(block: re.Match[str]) -> str:
    return f"```toml\n{textwrap.dedent(block[0]).rstrip()}\n```\n"


def _subcommands(name: str) -> list[str]:
    from importlib import import_module

    import typer

    app = getattr(import_module(f"analyzer.commands.{name}"), "app", None)
    group = typer.main.get_command(app) if app is not None else None
    return list(getattr(group, "commands", {}))


def _run(arguments: list[str]) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", *arguments], capture_output=True, encoding="utf-8", check=True
    )
    return _lines(done.stdout)


def _shell(line: str) -> list[str]:
    programs = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", "-c", line],
        cwd=_folder(),
        env={**os.environ, "PATH": programs},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"{line}: exit code {done.returncode}\n{done.stdout}")
    return [_anywhere(text) for text in _lines(done.stdout)]


def _anywhere(text: str) -> str:
    """Take out what differs from run to run: seconds, ages, the folder, the interpreter."""
    text = _AGE.sub("… old", _SECONDS.sub("… s", text)).replace(_folder(), "/home/you/project")
    return re.sub(
        re.escape(str(Path(sys.executable).parent)) + r"/python[\d.]*", "/home/you/.venv/bin/python", text
    )


def _folder() -> str:
    if not _place:
        _place.append(tempfile.TemporaryDirectory())
        shutil.copytree(ROOT / "sample_logs", Path(_place[0].name) / "sample_logs")
    return _place[0].name


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip("\n").splitlines()]


def _cut(lines: list[str]) -> list[str]:
    return lines if len(lines) <= _LONGEST else [*lines[:_LONGEST], f"… ({len(lines) - _LONGEST} more lines)"]


def _print_block(head: str, lines: list[str]) -> None:
    print("```text", head, *lines, "```", sep="\n")
