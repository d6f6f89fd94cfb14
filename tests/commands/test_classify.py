"""`analyzer classify` as people and programs run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.resources import package_folder

Run = Callable[..., subprocess.CompletedProcess[str]]
BODY = '{"error_code": "ModelArts.81104", "error_msg": "Backend server error."}'


def test_a_text_from_standard_input(analyzer: Run) -> None:
    """TEXT - reads the pasted error from standard input; with --json one object is printed."""
    done = analyzer("classify", "-", "--json", stdin=f"data: {BODY}\n\n")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["entry_id"] == "maas.81104.backend_error"


def test_in_chinese(analyzer: Run) -> None:
    """--lang zh explains in Chinese."""
    shown = analyzer("classify", BODY, "--lang", "zh").stdout
    assert "maas.81104.backend_error" in shown
    assert any("\u4e00" <= letter <= "\u9fff" for letter in shown)


@pytest.mark.parametrize(
    "arguments", [[], ["text", "--jsonl"], [BODY, "--lang", "xx"], [BODY, "--catalog", "no.toml"]]
)
def test_misuse(analyzer: Run, arguments: list[str]) -> None:
    """Neither or both of TEXT and --jsonl, an unknown language, a missing catalogue: one line, exit 2."""
    done = analyzer("classify", *arguments)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)


def test_a_catalogue_of_ones_own(analyzer: Run, tmp_path: Path) -> None:
    """--catalog puts one's own codes beside the first catalogue's."""
    text = (package_folder("catalogs") / "huawei-maas.toml").read_text(encoding="utf-8")
    for old, new in (("maas.", "own."), ('"huawei-maas"', '"own"'), ("ModelArts.", "Gate.")):
        text = text.replace(old, new)
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    records = [{"code": f"{prefix}.81009", "message": "Invalid model."} for prefix in ("Gate", "ModelArts")]
    lines = "".join(json.dumps(record) + "\n" for record in records)
    done = analyzer("classify", "--jsonl", "--catalog", "own.toml", stdin=lines)
    found = [json.loads(line)["entry_id"] for line in done.stdout.splitlines()]
    assert found == ["own.81009.model_unknown", "maas.81009.model_unknown"]


def test_answers_come_line_by_line(environment: dict[str, str], tmp_path: Path) -> None:
    """A program can wait for each answer before it sends the next record."""
    command = [sys.executable, "-m", "analyzer", "classify", "--jsonl"]
    with subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=environment,
        cwd=tmp_path,
        encoding="utf-8",
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for code in ("ModelArts.81101", "ModelArts.81102"):
            process.stdin.write(json.dumps({"code": code}) + "\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["code"] == code
        process.stdin.close()
    assert process.returncode == 0
