"""analyzer.toml: found upward, relative to itself, and refused with file, key and reason."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest

from analyzer.config import Configuration, load_configuration, resolve_database
from analyzer.config.keys import KEYS, variable_of
from analyzer.config.load import strange_variables
from analyzer.errors import ConfigurationError

WHOLE = """
ingest = ["logs/*.log.gz", "/var/log/nginx/access.log", "s3://bucket/logs/"]
database = "data/logs.duckdb"
time_zone = "Asia/Shanghai"
language = "zh"
reports = "nights"
catalogs = ["ours.toml"]
"""


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("ANALYZER_")]:
        monkeypatch.delenv(name)


def write(folder: Path, text: str) -> Path:
    """Write analyzer.toml into the folder."""
    path = folder / "analyzer.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_path_is_relative_to_the_file(tmp_path: Path) -> None:
    """Paths count from the file's folder, wherever the command was started; addresses stay as they are."""
    path = write(tmp_path, WHOLE)
    (tmp_path / "ours.toml").touch()
    (tmp_path / "deep" / "er").mkdir(parents=True)
    assert load_configuration(start=tmp_path / "deep" / "er") == Configuration(
        path=path,
        ingest=(str(tmp_path / "logs/*.log.gz"), "/var/log/nginx/access.log", "s3://bucket/logs/"),
        database=tmp_path / "data/logs.duckdb",
        time_zone="Asia/Shanghai",
        language="zh",
        reports=tmp_path / "nights",
        catalogs=(tmp_path / "ours.toml",),
    )


def test_reports_stand_beside_the_file_unless_it_says_otherwise(tmp_path: Path) -> None:
    """Without the key the reports' folder is the file's own, not the working folder's."""
    write(tmp_path, "")
    (tmp_path / "deep").mkdir()
    assert load_configuration(start=tmp_path / "deep").reports == tmp_path / "reports"


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    """No analyzer.toml is no error."""
    assert load_configuration(start=tmp_path) == Configuration()


def test_a_named_file_goes_before_the_one_found(tmp_path: Path) -> None:
    """--config names the file; the one in the working folder is not read."""
    write(tmp_path, 'language = "en"')
    other = tmp_path / "other.toml"
    other.write_text('language = "zh"', encoding="utf-8")
    assert load_configuration(explicit=other, start=tmp_path).language == "zh"


def test_a_byte_order_mark_is_no_error(tmp_path: Path) -> None:
    """An editor's byte order mark is passed over."""
    (tmp_path / "analyzer.toml").write_bytes(b'\xef\xbb\xbflanguage = "zh"')
    assert load_configuration(start=tmp_path).language == "zh"


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ('databse = "x"', "databse", "did you mean 'database'?"),
        ("colour = 1", "colour", "the keys are ingest, database"),
        ("database = 3", "database", "not 3"),
        ('database = ""', "database", "not ''"),
        ('ingest = "logs"', "ingest", "not 'logs'"),
        ("ingest = [1]", "ingest", "not 1"),
        ('time_zone = "Asia/Shanghia"', "time_zone", "did you mean 'Asia/Shanghai'?"),
        ('time_zone = "Asia"', "time_zone", "no time zone"),
        ('time_zone = "../x"', "time_zone", "no time zone"),
        ('language = "fr"', "language", "'en' or 'zh'"),
        ('masks = ["gone.toml"]', "masks", "gone.toml"),
        ("[database]\nx = 1", "database", "not a table"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, key: str, reason: str) -> None:
    """An unknown or ill-typed key is refused with the file, the key and the reason, in one line."""
    path = write(tmp_path, text)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(start=tmp_path)
    message = str(caught.value)
    assert message.startswith(f"{path}: {key}: ")
    assert reason in message
    assert "\n" not in message


def test_a_file_that_is_no_toml_is_refused_with_its_place(tmp_path: Path) -> None:
    """TOML's own complaint names line and column."""
    write(tmp_path, "ingest = [")
    with pytest.raises(ConfigurationError, match="not valid TOML"):
        load_configuration(start=tmp_path)


def test_a_missing_named_file_is_refused(tmp_path: Path) -> None:
    """A --config that is not there is never passed over in silence."""
    with pytest.raises(ConfigurationError, match="no configuration file at"):
        load_configuration(explicit=tmp_path / "gone.toml")


def test_the_database_is_settled_in_one_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--db goes before ANALYZER_DB, that before analyzer.toml, that before ./analyzer.duckdb."""
    assert resolve_database(None, load_configuration(start=tmp_path)) == Path("analyzer.duckdb")
    write(tmp_path, 'database = "configured.duckdb"')
    assert resolve_database(None, load_configuration(start=tmp_path)) == tmp_path / "configured.duckdb"
    monkeypatch.setenv("ANALYZER_DB", "variable.duckdb")
    configuration = load_configuration(start=tmp_path)
    assert resolve_database(None, configuration) == Path("variable.duckdb")
    assert resolve_database(Path("option.duckdb"), configuration) == Path("option.duckdb")


VARIABLES = [
    ("ANALYZER_INGEST", "logs, s3://bucket/x", "ingest", ("logs", "s3://bucket/x")),
    ("ANALYZER_INGEST", '["a,b.log", "c.log"]', "ingest", ("a,b.log", "c.log")),
    ("ANALYZER_DB", "other.duckdb", "database", Path("other.duckdb")),
    ("ANALYZER_TIME_ZONE", "Asia/Shanghai", "time_zone", "Asia/Shanghai"),
    ("ANALYZER_LANGUAGE", "zh", "language", "zh"),
    ("ANALYZER_REPORTS", "nights", "reports", Path("nights")),
    ("ANALYZER_WAIT", "2.5", "wait", 2.5),
    ("ANALYZER_MASK_ALSO", "prompts,client_addresses", "mask_also", ("prompts", "client_addresses")),
    ("ANALYZER_QUERIES", ".", "queries", (Path(),)),
]


@pytest.mark.parametrize(("variable", "text", "key", "value"), VARIABLES)
def test_a_variable_goes_before_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, key: str, value: object
) -> None:
    """ANALYZER_KEY holds, whatever the file says; the value tells which of the two it came from."""
    written = 'time_zone = "Europe/Berlin"\nlanguage = "en"\nwait = 7\ningest = ["x"]\ndatabase = "x.duckdb"'
    path = write(tmp_path, written)
    before = load_configuration(start=tmp_path)
    assert set(before.origins.values()) == {str(path)}
    monkeypatch.setenv(variable, text)
    configuration = load_configuration(start=tmp_path)
    assert getattr(configuration, key) == value != getattr(before, key)
    assert configuration.origins == {**before.origins, key: variable}


def test_every_key_has_a_variable_and_a_default() -> None:
    """A key is a field of the configuration; no two share a variable."""
    assert {field.name for field in fields(Configuration)} == {*KEYS, "path", "origins"}
    assert len({variable_of(key) for key in KEYS}) == len(KEYS)
    assert variable_of("time_zone") == "ANALYZER_TIME_ZONE"
    assert variable_of("database") == "ANALYZER_DB"


def test_an_empty_variable_counts_as_unset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shell that sets a variable to nothing changes nothing."""
    write(tmp_path, 'language = "zh"')
    monkeypatch.setenv("ANALYZER_LANGUAGE", "")
    monkeypatch.setenv("ANALYZER_CONFIG", "")
    assert load_configuration(start=tmp_path).language == "zh"


def test_the_file_may_be_named_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """--config goes before ANALYZER_CONFIG, that before the file found upward."""
    write(tmp_path, 'language = "en"\ntime_zone = "Asia/Tokyo"')
    other, third = tmp_path / "other.toml", tmp_path / "third.toml"
    other.write_text('language = "zh"')
    third.write_text("wait = 1")
    monkeypatch.setenv("ANALYZER_CONFIG", str(other))
    configuration = load_configuration(start=tmp_path)
    assert (configuration.language, configuration.time_zone) == ("zh", "UTC")
    assert load_configuration(third, start=tmp_path).wait == 1
    monkeypatch.setenv("ANALYZER_CONFIG", str(tmp_path / "gone.toml"))
    with pytest.raises(ConfigurationError, match=r"gone\.toml; check ANALYZER_CONFIG"):
        load_configuration(start=tmp_path)


@pytest.mark.parametrize(
    ("variable", "text", "reason"),
    [
        ("ANALYZER_TIME_ZONE", "Asia/Shanghia", "did you mean 'Asia/Shanghai'?"),
        ("ANALYZER_LANGUAGE", "fr", "'en' or 'zh'"),
        ("ANALYZER_WAIT", "soon", "write a number, not 'soon'"),
        ("ANALYZER_WAIT", "-1", "number of seconds"),
        ("ANALYZER_WAIT", "inf", "number of seconds"),
        ("ANALYZER_MASKS", "gone.toml", "gone.toml"),
        ("ANALYZER_INGEST", "[1]", "not 1"),
        ("ANALYZER_INGEST", "[a", "write a list"),
    ],
)
def test_a_wrong_variable_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str, text: str, reason: str
) -> None:
    """The message names the variable and the reason, in one line."""
    monkeypatch.setenv(variable, text)
    with pytest.raises(ConfigurationError) as caught:
        load_configuration(start=tmp_path)
    assert str(caught.value).startswith(f"environment variable {variable}: ")
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["wait = true", "wait = -1", 'wait = "10"', "wait = nan"])
def test_a_wait_that_is_no_time_is_refused(tmp_path: Path, text: str) -> None:
    """Seconds are a number that is not negative."""
    write(tmp_path, text)
    with pytest.raises(ConfigurationError, match="wait: write a number of seconds"):
        load_configuration(start=tmp_path)


def test_strange_variables_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A variable that looks like ours and is none is named with the nearest one."""
    assert strange_variables() == []
    monkeypatch.setenv("ANALYZER_TIMEZONE", "UTC")
    monkeypatch.setenv("ANALYZER_HASH_KEY", "x")
    (told,) = strange_variables()
    assert told == "ANALYZER_TIMEZONE is set but names no key; did you mean 'ANALYZER_TIME_ZONE'?"
