"""`analyzer catalog list|show|check`: what a person sees of the catalogues, and what a broken one gets."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from analyzer.classification.describe import list_entries
from analyzer.classification.load import load_catalogs
from analyzer.classification.wrap import display_width
from analyzer.commands.catalog import app
from analyzer.errors import CatalogError, MissingPathError, UnknownNameError

OWN = """\
[catalog]
provider = "acme-gateway"
title = { en = "Acme gateway", zh = "Acme 网关" }
edition = "3"
date = "2026-05-01"
source = "our wiki"

[[entry]]
entry_id = "acme.no_route"
api = "general"
message = "No route to %s"
meaning = { en = "No route.", zh = "没有路由。" }
remedy = { en = "Ask the network team.", zh = "联系网络团队。" }
category = "not_found"
action = "check_resource"
owner = "caller"
retry = "never"
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A sound catalogue of one's own, in the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "96")
    path = tmp_path / "acme.toml"
    path.write_text(OWN, encoding="utf-8")
    return path


def call(*arguments: str | Path) -> Result:
    """Run `analyzer catalog` with `arguments`."""
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def output(*arguments: str | Path) -> str:
    """Run `analyzer catalog` with `arguments` and return what it writes; it must succeed."""
    result = call(*arguments)
    assert result.exception is None
    return result.stdout


def test_list_names_every_entry_on_a_line(own: Path) -> None:
    """In a pipe each of the 49 entries is one line with id, status, code, category, owner and message."""
    head, *lines = output("list").splitlines()
    assert head.split() == ["entry_id", "status", "code", "category", "owner", "message"]
    assert len(lines) == 49
    found = next(line for line in lines if "requests_per_minute" in line)
    assert found.split(maxsplit=5) == [
        "maas.81101.requests_per_minute",
        "429",
        "ModelArts.81101",
        "rate_limit",
        "caller",
        "Too many requests, the rate limit is %s times per minute.",
    ]


def test_list_fits_a_terminal(own: Path) -> None:
    """On a terminal the message stands below its entry, and no line is wider than the terminal."""
    entries = [entry for catalog in load_catalogs([own]) for entry in catalog.entries]
    lines = list_entries(entries, width=90).splitlines()
    assert max(display_width(line) for line in lines) <= 90
    assert "    No route to %s" in lines


def test_list_takes_a_catalogue_of_ones_own(own: Path) -> None:
    """Named by option or in analyzer.toml, its entries follow; without status and code they show a dash."""
    last = output("list", "--catalog", own).splitlines()[-1]
    assert last.split(maxsplit=5) == ["acme.no_route", "-", "-", "not_found", "caller", "No route to %s"]
    (own.parent / "analyzer.toml").write_text('catalogs = ["acme.toml"]\n', encoding="utf-8")
    assert output("list").splitlines()[-1] == last


def test_list_as_json_is_one_object(own: Path) -> None:
    """`--json` gives every field of every entry."""
    entries = json.loads(output("list", "--json"))["entries"]
    assert len(entries) == 49
    assert {"entry_id", "http_status", "code", "message", "example", "variants", "meaning", "remedy"} <= set(
        entries[0]
    )
    assert set(entries[0]["meaning"]) == {"en", "zh"}


def test_show_tells_everything_about_an_entry(own: Path) -> None:
    """The entry's message, variants, meaning, remedy, owner and retry stand in the language asked for."""
    shown = " ".join(output("show", "maas.6274.name_invalid").split())
    for fact in (
        "400",
        "ModelArts.6274",
        "staring with a letter",
        "starting with a letter",
        "half-width points",
    ):
        assert fact in shown
    assert "invalid_request (Invalid request)" in shown
    assert "never (Retrying unchanged does not help)" in shown
    chinese = output("show", "maas.6274.name_invalid", "--lang", "zh")
    assert "半角句点" in chinese
    assert "invalid_request (请求无效)" in chinese


def test_show_stays_within_96_columns(own: Path) -> None:
    """No line is wider than 96 columns, wide characters counting two."""
    for language in ("en", "zh"):
        lines = output("show", "0104", "--lang", language).splitlines()
        assert max(display_width(line) for line in lines) <= 96


@pytest.mark.parametrize("code", ["ModelArts.81101", "modelarts.81101", "81101"])
def test_show_takes_a_code_for_all_its_rows(own: Path, code: str) -> None:
    """A code, in any case and with or without its prefix, shows all its rows in the table's order."""
    entries = json.loads(output("show", code, "--json"))["entries"]
    assert [entry["entry_id"].rpartition(".")[2] for entry in entries] == [
        "requests_per_second",
        "requests_per_minute",
        "tokens_per_minute",
    ]


def test_show_of_an_unknown_name_offers_near_ones(own: Path) -> None:
    """A name that is not there gets near names and the way to all."""
    error = call("show", "ModelArts.8110").exception
    assert isinstance(error, UnknownNameError)
    assert 'no entry or code "ModelArts.8110"' in str(error)
    assert "ModelArts.81101" in str(error)
    assert "analyzer catalog list" in str(error)
    assert "did you mean" not in str(call("show", "zzz").exception)


def test_show_in_an_unknown_language_names_the_languages(own: Path) -> None:
    """A language without texts is refused."""
    assert isinstance(call("show", "0104", "--lang", "fr").exception, UnknownNameError)


def test_check_says_that_a_sound_file_is_ok(own: Path) -> None:
    """A file, a folder of files, and the package's own catalogue."""
    assert output("check", own) == f"{own}: ok, 1 entry, 0 codes\n"
    assert output("check", own.parent) == f"{own}: ok, 1 entry, 0 codes\n"
    [package] = load_catalogs()
    assert output("check", package.path) == f"{package.path}: ok, 49 entries, 28 codes\n"


def test_check_says_what_is_wrong(own: Path) -> None:
    """A broken file is refused with file, entry and field; a missing one is named."""
    own.write_text(OWN.replace('"caller"', '"caler"'), encoding="utf-8")
    error = call("check", own).exception
    assert isinstance(error, CatalogError)
    assert str(error) == (
        f'{own}: entry acme.no_route (number 1), field owner: "caler" is unknown; did you mean caller?'
    )
    assert isinstance(call("check", own.parent / "absent.toml").exception, MissingPathError)
