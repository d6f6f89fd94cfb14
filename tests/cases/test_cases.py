"""Conversations with the command line: each case is one TOML file, run by the real process.

A case holds `says` (what must hold, in a sentence), `args`, and what it needs and expects:

    files       name -> text, or a table: text | gzip (text to compress) | base64, then `times` (repeat
                the text), `cut` (keep so many bytes), `mode` ("000"); a name that ends in / is a folder
    databases   name -> list of SQL statements run on that DuckDB file, after `before`
    before      list of argument lists, each of which must succeed
    hold        a database that another process keeps open meanwhile
    environment, stdin
    exit        expected exit code [0]
    stdout, stderr   the whole expected output
    stdout_has, stderr_has   lists of texts that must stand in it
    json        the expected standard output as one JSON object, of which these keys are compared
    left        the files that must be there afterwards, and no others
    written     name -> expected content

In expected text `<any>`, `<number>`, `<time>`, `<version>` and `<folder>` stand for what differs from
run to run.
"""

from __future__ import annotations

import base64
import contextlib
import gzip
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import analyzer as package

CASES = Path(__file__).parent
KEYS = {
    *(
        "says",
        "args",
        "files",
        "databases",
        "before",
        "hold",
        "environment",
        "stdin",
        "exit",
        "stdout",
        "stderr",
    ),
    *("stdout_has", "stderr_has", "json", "left", "written"),
}
HOLDER = "import duckdb, sys; held = duckdb.connect(sys.argv[1]); print('held', flush=True); sys.stdin.read()"


def found_cases() -> list[Any]:
    """List the cases; the folder's name is the command's."""
    return [
        pytest.param(path, id=path.relative_to(CASES).with_suffix("").as_posix())
        for path in sorted(CASES.rglob("*.toml"))
    ]


@pytest.mark.parametrize("path", found_cases())
def test_case(path: Path, tmp_path: Path, analyzer: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    """The process answers as its case says."""
    case = tomllib.loads(path.read_text(encoding="utf-8"))
    assert set(case) <= KEYS, "the case has a key that the runner does not know"
    prepare(case, tmp_path, analyzer)
    with held(case.get("hold"), tmp_path):
        done = analyzer(*case["args"], stdin=case.get("stdin", ""), **case.get("environment", {}))
    assert done.returncode == case.get("exit", 0), done.stderr or done.stdout
    check(case, done.stdout, done.stderr, tmp_path)


def prepare(
    case: dict[str, Any], folder: Path, analyzer: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    """Write the case's files, run its earlier commands, and alter its databases."""
    for name, content in case.get("files", {}).items():
        write(folder / name, content, is_folder=name.endswith("/"))
    for arguments in case.get("before", []):
        earlier = analyzer(*arguments, **case.get("environment", {}))
        assert earlier.returncode == 0, f"{arguments}: {earlier.stderr}"
    if case.get("databases"):
        import duckdb

        for name, statements in case["databases"].items():
            with contextlib.closing(duckdb.connect(str(folder / name))) as connection:
                for statement in statements:
                    connection.execute(statement)


def write(path: Path, content: str | dict[str, Any], is_folder: bool) -> None:
    """Write one of a case's files."""
    if is_folder:
        path.mkdir(parents=True)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    given = {"text": content} if isinstance(content, str) else content
    if "base64" in given:
        data = base64.b64decode(given["base64"])
    else:
        data = (given.get("text") or given.get("gzip") or "").encode() * given.get("times", 1)
    if "gzip" in given:
        data = gzip.compress(data, mtime=0)
    path.write_bytes(data[: given.get("cut", len(data))])
    if "mode" in given:
        path.chmod(int(given["mode"], 8))


@contextlib.contextmanager
def held(name: str | None, folder: Path) -> Iterator[None]:
    """Keep the database open in another process while the case runs."""
    if name is None:
        yield
        return
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(folder / name)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    try:
        yield
    finally:
        holder.communicate()


def check(case: dict[str, Any], stdout: str, stderr: str, folder: Path) -> None:
    """Compare what the process said and left with what the case expects."""
    assert "Traceback" not in stderr
    for name, output in (("stdout", stdout), ("stderr", stderr)):
        if name in case:
            assert matches(case[name], output, folder), f"{name} is:\n{output}"
        for text in case.get(f"{name}_has", []):
            assert found(text, output, folder), f"{name} lacks {text!r}:\n{output}"
    if "json" in case:
        answer = json.loads(stdout)
        assert {key: answer.get(key) for key in case["json"]} == case["json"]
    if "left" in case:
        left = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
        assert left == set(case["left"])
    for name, content in case.get("written", {}).items():
        assert matches(content, (folder / name).read_text(encoding="utf-8"), folder), name


def matches(expected: str, output: str, folder: Path) -> bool:
    """Say whether the whole output is the expected text."""
    return re.fullmatch(pattern(expected, folder), output) is not None


def found(expected: str, output: str, folder: Path) -> bool:
    """Say whether the expected text stands in the output."""
    return re.search(pattern(expected, folder), output) is not None


def pattern(expected: str, folder: Path) -> str:
    """Turn expected text into a pattern: everything literal but the places that differ from run to run."""
    places = {
        "<any>": r"[^\n]*",
        "<number>": r"[0-9][0-9.,]*",
        "<time>": r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?",
        "<version>": re.escape(package.__version__),
        "<folder>": re.escape(str(folder)),
    }
    escaped = re.escape(expected)
    for place, expression in places.items():
        escaped = escaped.replace(re.escape(place), expression)
    return escaped
