"""The order of the house: sizes, names, what may stand where, and what no file may hold."""

from __future__ import annotations

import ast
import statistics
import subprocess
import tomllib
from contextlib import closing
from pathlib import Path

import pytest

from analyzer import event
from analyzer.store.open import open_writer

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "analyzer"
MODULES = sorted(PACKAGE.rglob("*.py"))

LONG_FILES: dict[str, str] = {}
"""Files of more than 250 lines -> the reason why they stay whole."""

LONG_FUNCTIONS: dict[str, str] = {}
"""`file:function` of more than 35 lines -> the reason why it stays whole."""

COMPOSES_SQL = {
    "analyzer/quote.py",
    "analyzer/format/project.py",
    "analyzer/format/structure.py",
    "analyzer/classification/compile.py",
}

COMPOSES_OWN_NAMES = {
    "analyzer/format/access.py": "the statement of the same kind, whole",
    "analyzer/format/patterns.py": "patterns as text literals, quoted",
    "analyzer/format/ranking.py": "names of its own tables, numbered",
    "analyzer/format/envelope.py": "columns of its own, and what quote.py quoted",
    "analyzer/format/opening.py": "names of its own tables, and the SELECT of format/envelope.py",
    "analyzer/format/day_order.py": "the fields that format/project.py composed",
    "analyzer/format/zone.py": "the projection that format/project.py composed",
    "analyzer/format/pattern.py": "patterns that quote.py quoted, and columns of its own",
    "analyzer/format/trial.py": "the columns of an event, from event.COLUMNS",
    "analyzer/ingest/batch.py": "names of its own tables and conditions, constants of the same file",
    "analyzer/ingest/mask.py": "the expression that the same file composed of quoted masks",
    "analyzer/ingest/secrets.py": "names of its own columns, and the conditions of ingest/mask.py",
    "analyzer/ingest/scan.py": "names from the catalogue of the database, quoted, and expressions of masks",
    "analyzer/ingest/plan.py": "names and conditions of the callers' own, constants all",
    "analyzer/ingest/stage.py": "names of its own tables and columns, constants of the same file",
    "analyzer/ingest/reclassify.py": "the rule that classification/compile.py composed",
    "analyzer/store/forget.py": "names of its own tables, constants of the same file",
    "analyzer/store/progress.py": "names of its own columns, constants of the same file",
}
"""Files with a line that puts constants of their own into SQL, marked there -> which ones; never a value."""


def project_files() -> list[Path]:
    """List the project's own files: what git tracks or would track, or everything where git does not help."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            f"safe.directory={ROOT}",
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode == 0:
        paths = [ROOT / name.decode() for name in listed.stdout.split(b"\0") if name]
    else:
        paths = [path for path in ROOT.rglob("*") if not any(part in IGNORED for part in path.parts)]
    return [path for path in paths if path.is_file()]


IGNORED = {
    ".git",
    ".venv",
    ".cache",
    "__pycache__",
    ".hypothesis",
    ".pytest_cache",
    ".mypy_cache",
    ".ruff_cache",
    "demo",
}


def relative(path: Path) -> str:
    """Return the path as people write it, from the top of the checkout."""
    return path.relative_to(ROOT).as_posix()


def line_count(path: Path) -> int:
    """Count a file's lines."""
    return len(path.read_text(encoding="utf-8").splitlines())


def functions(path: Path) -> list[tuple[str, int]]:
    """List a file's functions with their lines, from `def` to the last line of the body.

    A command's signature is its table of options, so of a command only the body counts.
    """
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (f"{relative(path)}:{node.name}", node.end_lineno - first_line(path, node) + 1)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno
    ]


def first_line(path: Path, node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the line from which a function is counted."""
    is_command = path.parent.name == "commands" and not node.name.startswith("_")
    return node.body[0].lineno if is_command else node.lineno


def test_the_middle_file_is_short() -> None:
    """Half of the files have at most 120 lines."""
    assert statistics.median(line_count(path) for path in MODULES) <= 120


def test_long_files_have_a_reason() -> None:
    """Nine of ten files have at most 250 lines, and each longer one says why."""
    long = {relative(path) for path in MODULES if line_count(path) > 250}
    assert long == set(LONG_FILES)
    assert len(long) <= len(MODULES) / 10


def test_long_functions_have_a_reason() -> None:
    """A function has at most 35 lines, or says why it has more."""
    long = {name: lines for path in MODULES for name, lines in functions(path) if lines > 35}
    assert {name: lines for name, lines in long.items() if name not in LONG_FUNCTIONS} == {}
    assert set(LONG_FUNCTIONS) <= set(long), "a reason is left over"


def test_a_folder_holds_python_or_data() -> None:
    """No folder of the package mixes code with data files."""
    mixed = []
    for folder in [
        PACKAGE,
        *(path for path in PACKAGE.rglob("*") if path.is_dir() and path.name != "__pycache__"),
    ]:
        kinds = {
            path.suffix == ".py" for path in folder.iterdir() if path.is_file() and path.name != "py.typed"
        }
        if len(kinds) > 1:
            mixed.append(relative(folder))
    assert mixed == []


@pytest.mark.parametrize("name", ["queries", "templates", "sample_logs"])
def test_a_folder_of_data_holds_no_python(name: str) -> None:
    """The data at the top level is data only."""
    assert list((ROOT / name).rglob("*.py")) == []


def test_rooms_are_named_for_what_they_hold() -> None:
    """Nothing is called utils, helpers or common."""
    nameless = {"utils", "util", "helpers", "helper", "common", "misc"}
    assert [
        relative(path)
        for path in MODULES
        if nameless & {part.lstrip("_") for part in path.with_suffix("").parts}
    ] == []


def test_no_file_names_a_machine_or_a_registry() -> None:
    """It can be built anywhere: no tracked file holds the checkout's path or a registry's address."""
    # Put together here, so that this file does not hold them itself.
    forbidden = [
        "py" + "pi.org",
        "python" + "hosted",
        "--index" + "-url",
        "/" + "work" + "/",
        "/" + "root" + "/",
    ]
    if len(ROOT.parts) > 2:
        forbidden.append(f"{ROOT}/")
    held = []
    for path in project_files():
        content = path.read_bytes()
        held += [(relative(path), text) for text in forbidden if text.encode() in content]
    assert held == []


def test_nothing_is_left_to_do_in_the_code() -> None:
    """No file of the package carries a note of unfinished work."""
    marks = ("TO" + "DO", "FIX" + "ME", "XX" + "X:")
    assert [
        relative(path) for path in MODULES if any(mark in path.read_text(encoding="utf-8") for mark in marks)
    ] == []


def test_composed_sql_has_its_places() -> None:
    """Only the named files may compose SQL; each other file with a remark at a line has its reason."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ignores = settings["tool"]["ruff"]["lint"]["per-file-ignores"]
    exempt = {place for place, rules in ignores.items() if "S608" in rules and not place.startswith("tests/")}
    assert exempt == COMPOSES_SQL
    mark = "noqa: " + "S608"
    marked = {relative(path) for path in MODULES if mark in path.read_text(encoding="utf-8")}
    assert marked == set(COMPOSES_OWN_NAMES)


def test_the_store_holds_what_an_event_is(tmp_path: Path) -> None:
    """The table of events and its view have exactly the columns of event.COLUMNS, and the cut's length."""
    with closing(open_writer(tmp_path / "new.duckdb", create=True)) as connection:
        table = connection.execute("SELECT column_name, column_type FROM (DESCRIBE stored.event)").fetchall()
        view = connection.execute("SELECT column_name, column_type FROM (DESCRIBE events)").fetchall()
    expected = [
        (column.name, "TIMESTAMP WITH TIME ZONE" if column.type == "TIMESTAMPTZ" else column.type)
        for column in event.COLUMNS
    ]
    assert [column for column in table if column[0] != "error_message_cut"] == expected
    assert view == table


def test_the_changelog_leads_with_the_packages_version() -> None:
    """The changelog's first version is the one of pyproject.toml and of the package."""
    import analyzer

    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    heads = [
        line
        for line in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("## ")
    ]
    assert heads[0].split()[1] == analyzer.__version__ == settings["project"]["version"]


def test_pinned_versions_cover_what_is_needed() -> None:
    """constraints.txt pins every runtime and development dependency, by name and version only."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = settings["dependencies"] + settings["optional-dependencies"]["dev"] + ["hatchling"]
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    pinned = {line.split("==")[0].lower() for line in lines if line and not line.startswith("#")}
    assert all("==" in line and ":" not in line for line in lines if line and not line.startswith("#"))
    assert {need.split(">")[0].lower() for need in wanted} <= pinned
