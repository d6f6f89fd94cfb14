"""Labels of API keys: one key, one label, in whatever shape it was logged; a label stays what it is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.ingest.key import hash_key, hash_key_file
from analyzer.resources import statement

KEY = "sk-abcdef0123456789abcdef"


@pytest.fixture
def label() -> Any:
    """Return a function that gives a key's label."""
    connection = duckdb.connect()
    connection.execute(statement("ingest", "macros.sql"))
    connection.execute("SET VARIABLE hash_key = 'the key of the tests'")

    def labelled(key: str | None) -> str | None:
        (found,) = connection.execute("SELECT key_label(?)", [key]).fetchall()[0]
        return None if found is None else str(found)

    return labelled


@pytest.mark.parametrize("key", [KEY, "yi7ZM3abcDEF0123456789_-xx", "QWxhZGRpbjpvcGVu+c2VzYW1l/1A=="])
@pytest.mark.parametrize(
    "shape",
    [
        *("{}", " {} ", '"{}"', "'{}'", '\\"{}\\"', "\\x22{}\\x22", "%22{}%22", "`{}`"),
        *("Bearer {}", "bearer  {}", "BEARER {}", "Bearer%20{}", 'Bearer "{}"', "Basic {}"),
        *("Api-Key {}", "ApiKey {}", "Token {}", "Authorization: Bearer {}", "x-api-key: {}", "api_key={}"),
        *("X-Auth-Token: {}", '"Authorization": "Bearer {}"'),
    ],
)
def test_one_key_has_one_label_in_every_shape(label: Any, key: str, shape: str) -> None:
    """Schemes, header names, quotes and white space around a key are no part of it."""
    assert label(shape.format(key)) == label(key)
    assert label(key).startswith("key-")
    assert len(label(key)) == 16


@pytest.mark.parametrize(
    "key",
    [
        *(
            "key-012",
            "key-7",
            "key-0123456789ab",
            "team-a",
            "prod",
            "batch-jobs",
            "alice",
            "研发一组",
            "Production",
        ),
        *("team-a-production-service", "svc.billing.eu", "batch_jobs_eu", "key-team-a", "", "-", "[masked]"),
    ],
)
def test_a_label_stays_what_it_is(label: Any, key: str) -> None:
    """What is a name and no key is kept, a label of our own too, so that what was exported reads alike."""
    assert label(key) == key


@pytest.mark.parametrize(
    "key",
    [
        *("a8f3k2m9x0q1", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", "0123456789abcdef", "AKIAIOSFODNN7EXAMPLE"),
        *("alice@example.com", "https://user:pw@host", "password=x", "sk-abc", "Bearer abc", "sk-***1234"),
        "abcdefghijklmnopqrstuvwxyz",
    ],
)
def test_what_may_be_a_key_is_hidden(label: Any, key: str) -> None:
    """Short random runs, UUIDs, redacted keys and addresses of people become a hash as well."""
    assert label(key).startswith("key-")
    assert key not in label(key)


def test_no_key_has_no_label(label: Any) -> None:
    """A request without a key has none, and different keys differ."""
    assert label(None) is None
    assert label(KEY) != label(KEY + "x")


def test_the_hash_key_is_a_file_of_ones_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the variable it is made once, for its owner alone; the variable goes before it."""
    monkeypatch.delenv("ANALYZER_HASH_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    made = hash_key()
    path = hash_key_file()
    assert path == tmp_path / "analyzer" / "hash.key"
    assert len(made) == 64
    assert hash_key() == made == path.read_text().strip()
    assert path.stat().st_mode & 0o777 == 0o600
    monkeypatch.setenv("ANALYZER_HASH_KEY", "given")
    assert hash_key() == "given"
    assert hash_key_file() is None


def test_the_label_of_a_stored_key_is_the_same_in_every_log(
    laboratory: Any, write: Callable[..., Path]
) -> None:
    """Two logs that write one key differently count as one client."""
    first = write([{"ts": "2026-11-20T08:00:00Z", "status": 200, "authorization": f"Bearer {KEY}"}], "a.log")
    second = write([{"ts": "2026-11-20T08:00:00Z", "status": 500, "api_key": f'"{KEY}"'}], "b.log")
    laboratory.ingest(first, second, format="ndjson")
    labels = laboratory.events("api_key")
    assert labels[0] == labels[1]
    assert labels[0][0].startswith("key-")
