"""Secrets: none is stored, in no column of no table; labels and near misses stay as they are."""

# ruff: noqa: E501, S105 - log lines are long

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.classification.load import load_catalogs
from analyzer.errors import MaskError
from analyzer.ingest.mask import Mask, load_masks, masked

MASKS = load_masks()
KEY = "sk-SECRETsecret0123456789abcdef"
TOKEN = "SECRETtoken0123456789"
PASSWORD = "SECRETpw-4711"
T = "2026-11-20T08:00:00Z"


def shown(text: str, masks: tuple[Mask, ...] = MASKS) -> str:
    """Return a text as it is stored."""
    with duckdb.connect() as connection:
        row = connection.execute(
            f"SELECT {masked('text', masks)} FROM (SELECT ? AS text)", [text]
        ).fetchall()[0]
        return str(row[0])


@pytest.mark.parametrize("mask", MASKS, ids=lambda mask: mask.name)
def test_each_mask_hides_its_positives(mask: Mask) -> None:
    """Every positive changes under its own mask, sieve and all; no near miss changes under any."""
    assert [text for text in mask.positives if shown(text, (mask,)) == text] == []
    assert [text for text in mask.near_misses if shown(text) != text] == []


def test_no_catalogue_text_is_masked() -> None:
    """What the provider publishes is no secret, and must be recognised after masking."""
    texts = [
        text
        for catalog in load_catalogs()
        for entry in catalog.entries
        for text in (entry.message, entry.example, *(getattr(entry, "variants", ()) or ()))
        if isinstance(text, str)
    ]
    assert len(texts) > 49
    assert [text for text in texts if shown(text) != text] == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"key {KEY} used",
            f'{{"key":"{KEY}"}}',
            f"{{\\x22key\\x22:\\x22{KEY}\\x22}}",
            f"line\\n{KEY}",
            f"%22{KEY}%22",
            f"密钥{KEY}",
        ),
        *(
            f"Authorization: Bearer {TOKEN}",
            f"'authorization': 'bearer {TOKEN}'",
            f"?auth=Bearer%20{TOKEN}",
            f"\\x22Bearer {TOKEN}",
        ),
        *(
            f"BASIC {TOKEN}",
            f'"Authorization":"{TOKEN}"',
            f"X-Auth-Token: {TOKEN}",
            f"https://user:{PASSWORD}@host/x",
        ),
        *(
            f"password={PASSWORD}",
            f'"password":"{PASSWORD} with more"',
            f'{{\\"pwd\\":\\"{PASSWORD}\\"}}',
            f"/?token={TOKEN}&n=1",
        ),
        *(
            f"secret: '{PASSWORD}'",
            f"api_key%3D{TOKEN}",
            f"db_password={PASSWORD}!",
            f'"client_secret" : "{PASSWORD},x;y"',
        ),
    ],
)
def test_secrets_in_many_shapes(text: str) -> None:
    """In headers, bodies, addresses and escapes, the secret itself is gone."""
    assert "SECRET" not in shown(text)


def everything_stored(path: Path) -> list[str]:
    """Return every text of every column of every table of the database file."""
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal AND database_name = current_database()"
        ).fetchall()
        texts: list[str] = []
        for schema, table, column in columns:
            rows = connection.execute(
                f'SELECT DISTINCT "{column}"::VARCHAR FROM "{schema}"."{table}"'
            ).fetchall()
            texts += [row[0] for row in rows if row[0] is not None]
        return texts


def test_no_secret_reaches_the_database(laboratory: Any, write: Callable[..., Path], tmp_path: Path) -> None:
    """Keys in paths, messages, bodies, agents, key and header fields, rejects and samples: all are masked."""
    bodies = [
        {
            "ts": T,
            "status": 401,
            "path": f"/v1/x?api_key={KEY}",
            "error_code": "E.1",
            "error_msg": f"bad key {KEY}",
        },
        {
            "ts": T,
            "status": 200,
            "path": f"/v1/x?token={TOKEN}",
            "user_agent": f"client ({KEY})",
            "request_id": KEY,
        },
        {
            "ts": T,
            "status": 401,
            "api_key": KEY,
            "model": f"m {KEY}",
            "body": f'{{"error":{{"message":"{KEY}"}}}}',
        },
        {
            "ts": T,
            "status": 401,
            "authorization": f"Bearer {TOKEN}",
            "headers": {"Authorization": f"Bearer {TOKEN}"},
        },
        {"ts": T, "status": 401, "api_key": TOKEN, "detail": f"password={PASSWORD}", "code": KEY},
        {"status": 500, "error": f"https://u:{PASSWORD}@host/"},
        {
            "ts": T,
            "status": 200,
            "task_id": KEY,
            "span_id": KEY,
            "call_id": KEY,
            "method": KEY,
            "client_ip": KEY,
        },
        {
            "ts": T,
            "status": 500,
            "task_id": KEY,
            "span_id": KEY,
            "call_id": KEY,
            "method": KEY,
            "client_ip": KEY,
        },
        f"broken {{ {KEY} Authorization: Bearer {TOKEN}",
    ]
    head = '1.2.3.4 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/x?password='
    access = [
        f'{head}{PASSWORD} HTTP/1.1" 401 1 "https://h/?token={TOKEN}" "ua {KEY}" "{{\\x22error_msg\\x22:\\x22{KEY}\\x22}}"',
        f'{head}{PASSWORD} HTTP/1.1" 200 1 "-" "ua Bearer {TOKEN}"',
        f"{head}{PASSWORD}",
    ]
    client = [
        f'2026-11-20 08:00:00,000 INFO httpx: HTTP Request: POST https://h/v1/x?api_key={KEY} "HTTP/1.1 401 Unauthorized"',
        f"2026-11-20 08:00:00,100 ERROR app: Error code: 401 - {{'error': {{'message': 'bad key {KEY}', 'token': '{TOKEN}'}}}}",
        f'2026-11-20 08:00:00,200 INFO httpx: HTTP Request: POST https://h/v1/x?pwd={PASSWORD} "HTTP/1.1 500 Error"',
        f"2026-11-20 08:00:00,250 ERROR app: request_id={KEY} Error code: 500 - {{'error': {{'message': '{KEY}'}}}}",
        f'2026-11-20 08:00:00,300 INFO httpx: HTTP Request: POST https://h/v1/x request_id={KEY} "HTTP/1.1 200 OK"',
    ]
    for name, format, lines in (
        ("a", "ndjson", bodies),
        ("b", "combined", access),
        ("c", "python-client", client),
    ):
        for count in range(1, len(lines) + 1):
            laboratory.ingest(write(lines[:count], name), format=format)
    assert laboratory.ledger()["failures"] >= 7
    laboratory.connection.close()
    texts = everything_stored(tmp_path / "store.duckdb")
    assert any("[masked]" in text for text in texts)
    assert [text for text in texts if "SECRET" in text] == []


@pytest.mark.parametrize("label", ["key-012", "key-7", "team-a", "prod", "batch-jobs", "alice"])
def test_labels_stay_readable(laboratory: Any, write: Callable[..., Path], label: str) -> None:
    """What is a label and no key is kept as it is."""
    laboratory.ingest(write([{"ts": T, "status": 200, "api_key": label}]), format="ndjson")
    assert laboratory.event()["api_key"] == label


def test_a_key_becomes_a_keyed_hash(
    laboratory: Any, write: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One key has one label, in every spelling, as long as the hash's key stays; another hash key gives another."""
    spellings = [
        {"api_key": KEY},
        {"authorization": f"Bearer {KEY}"},
        {"apiKey": f" {KEY} "},
        {"api_key": KEY + "x"},
    ]
    lines = [{"ts": T, "status": 200, **spelling} for spelling in spellings]
    laboratory.ingest(write(lines), format="ndjson")
    first, bearer, spaced, other = (row[0] for row in laboratory.events("api_key"))
    assert first == bearer == spaced != other
    assert first.startswith("key-")
    assert len(first) == 16
    laboratory.clear()
    monkeypatch.setenv("ANALYZER_HASH_KEY", "another key")
    laboratory.ingest(write(lines), format="ndjson")
    assert laboratory.events("api_key")[0][0] not in (first, other)


def test_a_masks_file_of_ones_own(tmp_path: Path) -> None:
    """A user's masks are used beside the package's."""
    (tmp_path / "own.toml").write_text(
        "[[mask]]\nname='employee'\npattern='E-[0-9]{4}'\nreplacement='E-[masked]'\nneedles=['E-']\n"
        "positives=['E-1234']\nnear_misses=['E-x']\n"
    )
    masks = load_masks([tmp_path])
    assert [mask.name for mask in masks][-1] == "employee"
    assert shown(f"E-1234 {KEY}", masks) == "E-[masked] sk-[masked]"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("[[mask]]\nname='a'\n", "mask a: pattern must be a text"),
        (
            "[[mask]]\nname='a'\npattern='x'\nreplacement='y'\nneedles='x'\n",
            "mask a: needles must be a list of texts",
        ),
        (
            "[[mask]]\nname='a'\npattern='('\nreplacement='y'\nneedles=['x']\npositives=['x']\nnear_misses=['y']\n",
            "mask a: pattern is not valid",
        ),
        ("[[mask]", "is not valid TOML"),
    ],
)
def test_a_broken_masks_file(tmp_path: Path, text: str, reason: str) -> None:
    """The error names the file, the mask and the key."""
    path = tmp_path / "own.toml"
    path.write_text(text)
    with pytest.raises(MaskError, match=reason) as caught:
        load_masks([path])
    assert str(path) in str(caught.value)


def test_the_package_masks_have_their_proof() -> None:
    """Each mask of the package carries positives and near misses."""
    path = Path(__file__).resolve().parents[2] / "analyzer" / "masks" / "secrets.toml"
    raw = tomllib.loads(path.read_text(encoding="utf-8"))
    assert all(len(mask["positives"]) >= 1 and mask["near_misses"] for mask in raw["mask"])
