"""Format files: a user's own is found by listing alone, and a broken one is refused in one clear line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analyzer.errors import FormatError, UnknownNameError
from analyzer.format.definition import load_format, load_formats
from analyzer.format.name import named_format
from analyzer.format.project import check
from analyzer.format.samples import check_samples
from analyzer.resources import package_folder

FORMATS = package_folder("formats")


def test_a_users_copy_is_listed_with_nothing_else_changed(tmp_path: Path) -> None:
    """A copy of a format under a new name, in a folder of one's own, is one more format."""
    shutil.copy(FORMATS / "ndjson.toml", tmp_path / "my-gateway.toml")
    formats = load_formats([tmp_path])
    assert set(formats) == {*load_formats(), "my-gateway"}
    assert check_samples(formats["my-gateway"]) == []


def test_a_second_client_is_one_more_file(tmp_path: Path) -> None:
    """Another client's log, with a request line of its own, takes a file and no code."""
    text = (FORMATS / "python-client.toml").read_text(encoding="utf-8").split("\n# logging's")[0]
    text = text.replace('starts = "HTTP Request: "', 'starts = "called "').replace(
        '\'HTTP Request: (?P<method>[A-Z]+) (?P<url>[^ "]+) "HTTP/[0-9.]+ (?P<status>[1-5][0-9][0-9])[ "]\'',
        "'called (?P<method>[A-Z]+) (?P<url>[^ ]+) -> (?P<status>[1-5][0-9][0-9])'",
    )
    text += """
[[sample]]
lines = '2026-11-20 10:00:00 INFO sdk: called GET https://api.example.com/v1/x -> 503'
[[sample.event]]
ts = "2026-11-20T10:00:00Z"
method = "GET"
path = "/v1/x"
status = 503
failed = true
"""
    path = tmp_path / "other-client.toml"
    path.write_text(text, encoding="utf-8")
    assert check_samples(load_format(path)) == []


def test_a_taken_name_is_refused(tmp_path: Path) -> None:
    """A format of one's own may not hide one of the package."""
    shutil.copy(FORMATS / "ndjson.toml", tmp_path)
    with pytest.raises(FormatError, match="a format named 'ndjson' exists already"):
        load_formats([tmp_path])


def test_an_unknown_name_is_told_the_known_ones() -> None:
    """A name that no format has is answered with those there are."""
    with pytest.raises(UnknownNameError, match=r"unknown format 'nope'; there are .*ndjson"):
        named_format(load_formats(), "nope")


@pytest.mark.parametrize(
    ("source", "old", "new", "complaint"),
    [
        ("ndjson", 'kind = "json"', 'kind = "xml"', "kind is 'xml'; it must be one of"),
        ("ndjson", "title = ", "titel = ", "titel is unknown"),
        ("ndjson", "title = ", "title == ", "is not valid TOML"),
        ("ndjson", 'population = "requests"', 'population = "all"', "population is 'all'"),
        ("python-client", "quiet = [", "quite = [", "settings.quite is unknown"),
        ("python-client", "sieve = ", "handled_too = ", "settings.handled_too is unknown"),
        ("python-client", "chain = ['The", "chain = ['(The", r"settings.chain\[1\] is no valid pattern"),
        ("python-client", "chain = ['The", "chain = ['(?=The)", r"settings.chain\[1\] is no valid pattern"),
        (
            "python-client",
            "(?P<method>[A-Z]+)",
            "[A-Z]+",
            r"settings.request\[1\].pattern must have these groups",
        ),
        ("python-client", "operation_id = [", "operation = [", "settings.fields.operation is unknown"),
        ("python-client", "status = 200", "statsu = 200", "statsu is unknown"),
    ],
)
def test_a_broken_file_is_refused_in_one_line(
    tmp_path: Path, source: str, old: str, new: str, complaint: str
) -> None:
    """The error names the file, the key and the reason, and has one line."""
    text = (FORMATS / f"{source}.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "broken.toml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(FormatError, match=complaint) as caught:
        check(load_format(path))
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)
