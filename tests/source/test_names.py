"""Names as they are shown: no secrets, nothing that leaves its line."""

from __future__ import annotations

import pytest

from analyzer.source.names import is_address, shown


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("logs/a b.log", "logs/a b.log"),
        ("logs/中文.log", "logs/中文.log"),
        ("a\n\x1b[31m.log", "a\\n\\x1b[31m.log"),
        ("a\udcff.log", "a\\xff.log"),
        ("s3://bucket/a.log", "s3://bucket/a.log"),
        ("https://me:secret@host:8443/a.log", "https://host:8443/a.log"),
        ("https://host/a.log?X-Amz-Credential=secret&X-Amz-Signature=secret", "https://host/a.log"),
        ("https://host/a.log?sv=2020&sr=b&se=2027&sig=secret", "https://host/a.log"),
        ("https://host/a.log?AWSAccessKeyId=secret&Signature=secret&Expires=1", "https://host/a.log"),
        ("cannot reach https://me:secret@host/a?sig=secret now", "cannot reach https://host/a now"),
    ],
)
def test_what_is_shown(name: str, expected: str) -> None:
    """Passwords and signatures are gone, control characters written out."""
    assert shown(name) == expected


def test_unknown_parameters_become_a_hash() -> None:
    """They may tell two sources apart, and may be secrets: neither is lost or shown."""
    first, second = shown("https://host/a?id=secret-5"), shown("https://host/a?id=secret-6")
    assert first != second
    assert "secret" not in first


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        *(("s3://b/a.log", True), ("zip://*.log::https://h/a.zip", True), ("file:///a.log", False)),
        *(("C:\\a.log", False), ("App::Log.log", False), ("a.log", False), ("-", False)),
    ],
)
def test_addresses(name: str, expected: bool) -> None:
    """What has a scheme is an address; a file of this machine is a path."""
    assert is_address(name) is expected
