"""Secrets in every column, behind every escape, at every cut; and what only looks like one stays readable."""

# ruff: noqa: E501 - log lines are long

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analyzer.ingest.mask import Mask, load_masks, mask_text, masked
from analyzer.ingest.run import Knowledge, Run
from analyzer.store.open import open_writer

MASKS = load_masks()
MARK = "zqx"
"""Stands in every secret below, and in nothing else."""

T = "2026-11-20T08:00:00Z"
SECRETS = {
    "openai": "sk-proj-zqxABCDEFGHIJ0123456789",
    "anthropic": "sk-ant-api03-zqxABC_DEFGHIJ-0123456789",
    "google": "AIzaSyzqx0123456789abcdefghijklmnopqrstuv",
    "github": "ghp_zqx0123456789abcdefghijABCDEFGHIJ012",
    "slack": "xoxb-0123456789-zqxabcdefghij",
    "hugging_face": "hf_zqxabcdefghijABCDEFGHIJ0123456789",
    "huawei_access": "HPUAZQX0123456789ABC",
    "amazon_access": "AKIAZQXFODNN7EXAMPLE",
    "bearer": "Bearer zqxabcdefgh12345678",
    "token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ6cXgifQzqx.c2lnbmF0dXJlzqx",
    "password": "https://user:zqxpa55@host.example/path",
    "email": "zqx.person@mail.example.com",
    "query": "/v1/x?api_key=zqxabcd1234&n=1",
    "pair": "ak=HPUAABCDEFGHIJ0123456&sk=zqxdefghijABCDEFGHIJ0123456789abcdefghij",
}
FIELDS = (
    *("path", "user_agent", "request_id", "call_id", "task_id", "span_id", "method", "model"),
    *("client_ip", "error_code", "error_msg", "message", "api_key", "body", "error", "detail"),
)


def shown(text: str, masks: Sequence[Mask] = MASKS) -> str:
    """Return a text as it is stored."""
    with duckdb.connect() as connection:
        query = f"SELECT {masked('text', masks)} FROM (SELECT ? AS text)"
        return str(connection.execute(query, [text]).fetchall()[0][0])


def everything_stored(path: Path) -> list[str]:
    """Return every text of every column of every table of the database file."""
    with closing(duckdb.connect(str(path), read_only=True)) as connection:
        names = connection.execute(
            "SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal "
            "AND database_name = current_database() AND table_name NOT LIKE 'catalog%'"
        ).fetchall()
        texts: list[str] = []
        for schema, table, column in names:
            rows = connection.execute(f'SELECT DISTINCT "{column}"::VARCHAR FROM "{schema}"."{table}"')
            texts += [text for (text,) in rows.fetchall() if text is not None]
        return texts


def assert_clean(path: Path) -> None:
    """Fail with the texts that still hold a secret."""
    texts = everything_stored(path)
    assert len(texts) > 10
    assert [text[:400] for text in texts if MARK in text.lower()] == []


@pytest.mark.parametrize("status", [200, 401])
def test_no_field_of_a_json_line_keeps_a_secret(
    laboratory: Any, write: Callable[..., Path], tmp_path: Path, status: int
) -> None:
    """Each secret in each field, of a success and of a failure, with its sample line."""
    lines = [{"ts": T, "status": status, field: secret} for field in FIELDS for secret in SECRETS.values()]
    laboratory.ingest(write(lines), format="ndjson")
    assert laboratory.ledger()["events"] == len(lines)
    laboratory.connection.close()
    assert_clean(tmp_path / "store.duckdb")


def test_no_escape_hides_a_secret(laboratory: Any, write: Callable[..., Path], tmp_path: Path) -> None:
    """JSON in JSON in JSON, percent signs, nginx's \\x22, JSON's \\u0022 and Go's \\u0026 around each secret."""
    lines: list[Any] = []
    for secret in SECRETS.values():
        body = json.dumps({"error": {"message": f"bad {secret}", "key": secret}})
        deeper = json.dumps({"body": body})
        for text in (body, deeper, json.dumps({"body": deeper}), body.replace('"', "\\x22")):
            lines.append({"ts": T, "status": 500, "error_msg": text, "path": f"/x?q=%22{secret}%22"})
        raw = json.dumps({"ts": T, "status": 500, "error_msg": f"<{secret}> & 'x'"})
        lines += [raw.replace("&", "\\u0026").replace("<", "\\u003c"), raw[:-2]]
    laboratory.ingest(write(lines), format="ndjson")
    laboratory.connection.close()
    assert_clean(tmp_path / "store.duckdb")


def test_no_part_of_an_access_log_keeps_a_secret(
    laboratory: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    """Path, query, referer, agent, body and lines that are broken off."""
    head = '1.2.3.4 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/x'
    lines = []
    for secret in SECRETS.values():
        escaped = json.dumps({"error": {"message": secret}}).replace('"', "\\x22")
        lines += [
            f'{head}/{secret.replace(" ", "%20")} HTTP/1.1" 200 1 "-" "ua"',
            f'{head} HTTP/1.1" 200 1 "{secret}" "ua {secret}"',
            f'{head} HTTP/1.1" 500 1 "{secret}" "ua {secret}" "{escaped}"',
            f"{head}?{secret}",
        ]
    laboratory.ingest(write(lines), format="combined")
    laboratory.connection.close()
    assert_clean(tmp_path / "store.duckdb")


def test_no_record_of_a_clients_log_keeps_a_secret(
    laboratory: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    """Requests, the errors that complete them in a later run, tracebacks, headers and Python's reprs."""
    lines = []
    for number, secret in enumerate(SECRETS.values()):
        minute = f"2026-11-20 08:{number:02}"
        lines += [
            f'{minute}:00,000 INFO [{secret}] httpx: HTTP Request: POST https://h/v1/x?k={secret.replace(" ", "+")} "HTTP/1.1 401 Unauthorized"',
            f"{minute}:00,100 ERROR [{secret}] app: Error code: 401 - {{'error': {{'message': 'bad {secret}', 'code': '{secret}'}}}}",
            f"{minute}:01,000 ERROR app: failed for {secret}",
            "Traceback (most recent call last):",
            f"openai.AuthenticationError: Error code: 401 - {{'error': {{'message': \"it's {secret}\"}}}}",
        ]
    for count in (1, 7, len(lines)):
        laboratory.ingest(write(lines[:count]), format="python-client")
    assert laboratory.ledger()["failures"] >= len(SECRETS)
    laboratory.connection.close()
    assert_clean(tmp_path / "store.duckdb")


@pytest.mark.parametrize("format", ["ndjson", "python-client", "combined"])
@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.proof) for seed in (1, 2))])
def test_no_cut_leaves_a_part_of_a_secret(
    tmp_path: Path, knowledge: Knowledge, write: Callable[..., Path], format: str, seed: int
) -> None:
    """A key across any of the lengths at which texts are cut is gone whole."""
    choose = random.Random(seed)
    lines = []
    for limit in (256, 4096, 8192, 65536):
        for _ in range(6):
            key = "sk-" + MARK * 7
            text = "x " * (max(0, limit - choose.randrange(200)) // 2) + f"{key} " + "y " * 3000
            lines.append(
                {
                    "ndjson": json.dumps({"ts": T, "status": 500, "error_msg": text, "error_code": text}),
                    "python-client": f"2026-11-20 08:00:00,000 ERROR app: Error code: 500 - {{'error': {{'message': '{text}'}}}}",
                    "combined": f'1.2.3.4 - - [20/Nov/2026:16:00:00 +0800] "POST /v1/x HTTP/1.1" 500 1 "-" "ua" "{{\\x22error_msg\\x22:\\x22{text}\\x22}}"',
                }[format]
            )
    path = tmp_path / "cut.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        Run(connection, knowledge).ingest([str(write(lines))])
    assert_clean(path)


def test_ten_thousand_secrets_in_one_line(
    laboratory: Any, write: Callable[..., Path], tmp_path: Path
) -> None:
    """All of them are gone, and it takes no longer than a line of that length may."""
    text = " ".join(f"sk-zqx{number:020} zqx{number}@example.com" for number in range(10_000))
    started = time.process_time()
    laboratory.ingest(write([{"ts": T, "status": 500, "error_msg": text}, "{" + text]), format="ndjson")
    assert time.process_time() - started < 20
    laboratory.connection.close()
    assert_clean(tmp_path / "store.duckdb")


@pytest.mark.parametrize(
    "text",
    [
        "a" * 1_000_000,
        "token=" * 200_000,
        "a.b-c_" * 200_000 + "password",
        "://" * 300_000,
        "a@" * 400_000,
        "%2F%2F" * 200_000,
        '"password":"' * 80_000,
        '\\"' * 400_000,
        "\\" * 1_000_000,
        "AKIA" * 250_000,
        "Bearer " * 150_000,
        "1.2.3." * 150_000,
        "-----BEGIN PRIVATE KEY-----" * 20_000,
        "ｓｋ－" * 100_000,
    ],
    ids=lambda text: text[:12],
)
def test_no_text_is_too_much(text: str) -> None:
    """A megabyte of the beginnings of secrets costs seconds at most: every pattern is matched in one pass."""
    masks = load_masks(options=["client_addresses", "prompts"])
    started = time.process_time()
    shown(text, masks)
    assert time.process_time() - started < 10


@pytest.mark.parametrize(
    "text",
    [
        *("task-0123456789abcdef01234567", "task_id=cgt-20261120080000-abcde", "video_task_0a1b2c3d4e5f6071"),
        *("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "req-3f2504e04f8911d39a0c0305e82c3301"),
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "2fd4e1c67a2d28fced849ee1bb76e7391b93eb12",
        *("deepseek-v3.2-exp", "qwen3-235b-a22b-instruct-2507", "gpt-4o-mini-2024-07-18", "Pangu-NLP-N2-32K"),
        *("max_tokens: 4096", '"max_tokens":4096,"prompt_tokens":151499', "completion_tokens=17"),
        "This model's maximum context length is 131072 tokens, you requested 151499 tokens",
        "the prompt length 5000 must less than the maximum input length 4096",
        '{"error":{"code":"ModelArts.81101","message":"Too many requests, the rate limit is 300000 tokens per minute."}}',
        "/v1/0d4c7a91b6e84f2f9a3b5c6d7e8f9012/maas/services?limit=10&offset=20&sort_key=name",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
        *("openai-python/1.99.9", "python-requests/2.32.5", "okhttp/4.12.0", "Go-http-client/1.1"),
        "Incorrect API key provided. You can find your API key in the console.",
        "Authentication failed: the token has expired",
        "The security token included in the request is invalid.",
        "invalid basic authentication, use bearer authentication",
        "Cannot parse: unexpected token < in JSON at position 0",
        "cache_key=miss primary_key=17 sort_key=name foreign_key: none",
        "image@2x.png pkg@1.2.3 @file @v3",
        "https://host.example:8443/path?x=1",
        "数据令牌数超过限制，密钥校验失败，请检查密码",
        '"secret":"" "password":null "token": 17',
    ],
)
def test_what_is_no_secret_stays_readable(text: str) -> None:
    """Identifiers, hashes, model names, counts of tokens, agents and messages are stored as they are."""
    expected = text.replace('"password":null', '"password":[masked]')
    assert shown(text) == expected


@pytest.mark.parametrize("secret", SECRETS.values(), ids=SECRETS)
def test_what_is_masked_stays_as_it_is(secret: str) -> None:
    """Masking again changes nothing, so that a scan finds nothing in it; Python masks like DuckDB."""
    for text in (secret, f'{{"a":"{secret}"}}', f"x%22{secret}%22", f"\\x22{secret}\\x22"):
        once = shown(text)
        assert MARK not in once.lower()
        assert shown(once) == once
        assert mask_text(text, MASKS) == once


def test_client_addresses_become_labels(
    tmp_path: Path, knowledge: Knowledge, write: Callable[..., Path]
) -> None:
    """By option the client is a label that can be counted, and texts hold no address."""
    masks = load_masks(options=["client_addresses"])
    lines = [
        {"ts": T, "status": 500, "client_ip": address, "error_msg": f"from {address} refused"}
        for address in ("203.0.113.7", "203.0.113.7", "2001:db8::17", "203.0.113.8")
    ] + [{"ts": T, "status": 200, "client_ip": "203.0.113.7"}]
    path = tmp_path / "labels.duckdb"
    with closing(open_writer(path, create=True)) as connection:
        Run(connection, Knowledge(knowledge.catalogs, knowledge.formats, masks)).ingest([str(write(lines))])
        clients = connection.execute("SELECT client FROM events ORDER BY line_no").fetchall()
    (first,), (second,), (third,), (fourth,), (success,) = clients
    assert first == second == success
    assert len({first, third, fourth}) == 3
    assert first.startswith("client-")
    assert len(first) == 19
    assert [text for text in everything_stored(path) if "203.0.113" in text or "db8:" in text] == []


def test_prompts_are_masked_by_option(
    tmp_path: Path, knowledge: Knowledge, write: Callable[..., Path]
) -> None:
    """By option no prompt or answer is kept in messages, paths, samples or rejects; without it they are."""
    request = {"model": "m", "messages": [{"role": "user", "content": 'the zqx "cat"'}], "prompt": "zqx\nsun"}
    lines: list[Any] = [
        {"ts": T, "status": 500, "error_msg": "invalid", "request": request, "input": ["zqx", "a ] zqx"]},
        {"ts": T, "status": 500, "error_msg": f"invalid request {json.dumps(request)}"},
        {"ts": T, "status": 500, "error_msg": f"invalid request {request!r}", "path": "/x?q=zqx&n=1"},
        json.dumps({"ts": T, "status": 500, "content": "zqx and no end"})[:-9],
    ]
    for options, is_kept in (((), True), (("prompts",), False)):
        path = tmp_path / f"prompts-{is_kept}.duckdb"
        masks = load_masks(options=options)
        with closing(open_writer(path, create=True)) as connection:
            known = Knowledge(knowledge.catalogs, knowledge.formats, masks)
            Run(connection, known).ingest([str(write(lines))])
        texts = everything_stored(path)
        assert any("invalid" in text for text in texts)
        assert any(MARK in text for text in texts) == is_kept, [text for text in texts if MARK in text]
