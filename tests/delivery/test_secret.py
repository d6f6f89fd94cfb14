"""Secrets in addresses: put in where they belong, and never said."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.config.channels import Channel
from analyzer.delivery.outcome import NotSentError
from analyzer.delivery.secret import MASKED, Address, address_of, filled
from analyzer.delivery.send import shape_of
from analyzer.delivery.service import opened


def test_secrets_come_from_variables_and_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place has its own quoting: a password may hold anything, a token its slashes."""
    monkeypatch.setenv("PASSWORD", "a/b@c:d")
    (tmp_path / "token").write_text("xoxb/1234 5\n")
    assert filled("mailto://me:${PASSWORD}@host/?to=a@b.org", tmp_path).url == (
        "mailto://me:a%2Fb%40c%3Ad@host/?to=a@b.org"
    )
    assert filled("json://host/${file:token}", tmp_path).url == "json://host/xoxb/1234%205"
    assert filled("file:token", tmp_path).url == "xoxb/1234 5"
    assert filled("${PASSWORD}", tmp_path).url == "a/b@c:d"


def test_apprise_reads_a_quoted_password_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the variable holds is what the server is told."""
    monkeypatch.setenv("PASSWORD", "p@ss/w:rd %41?#&")
    service = opened(filled("mailtos://me:${PASSWORD}@mail.example.com?to=a@b.org", tmp_path).url)
    assert (service.user, service.password) == ("me", "p@ss/w:rd %41?#&")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("json://host/${MISSING_ONE}", "the variable MISSING_ONE in its address is not set"),
        ("file:gone", "cannot be read: No such file"),
        ("file:empty", "is empty"),
    ],
)
def test_what_is_missing_is_named(address: str, reason: str, tmp_path: Path) -> None:
    """The way out names the variable or the file."""
    (tmp_path / "empty").touch()
    with pytest.raises(NotSentError, match=reason):
        address_of(Channel("a", address, folder=tmp_path))


@given(
    secret=st.text("abcdefghij0123456789@/:?#&%+ ü", min_size=6, max_size=30).filter(
        lambda text: text.strip() == text
    ),
    before=st.text(max_size=20),
    form=st.sampled_from([str, quote, lambda text: quote(text, safe="")]),
)
def test_a_secret_is_never_said(secret: str, before: str, form: object) -> None:
    """In whatever form a message repeats it, it is masked."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZQX", secret)
        address = filled("json://user:${ZQX}@host.example.com/x", Path())
    said = address.masked(f"{before} {form(secret)} and {address.url}")  # type: ignore[operator]
    assert form(secret) not in said.replace(MASKED, "")  # type: ignore[operator]
    assert secret not in repr(address)


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        (
            "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/#general",
            ["T1JJ3T3L2", "TIiajkdnlazkcOXrIdevi7FQ"],
        ),
        ("https://hooks.example.com/hook/abcd-efgh?key=0123456", ["abcd-efgh", "0123456"]),
        ("feishu://0123456789abcdef", ["0123456789abcdef"]),
        ("mailtos://me:passw0rd@mail.example.com?to=a@b.org", ["passw0rd"]),
    ],
)
def test_a_literal_secret_is_hidden_too(address: str, hidden: list[str]) -> None:
    """An address that holds its secrets as they are is masked part by part."""
    found = filled(address, Path())
    for secret in hidden:
        assert secret not in found.masked(f"cannot reach /{secret}/ of {address}")


def test_a_channel_does_not_show_its_address() -> None:
    """Neither its text nor its representation holds more than the kind of the address."""
    channel = Channel("ops", "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ")
    assert "T1JJ" not in f"{channel} {channel!r}"
    assert isinstance(address_of(channel), Address)


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("mailtos://me:passw0rd@gmail.com", "mail"),
        ("feishu://0123456789abcdef", "markdown"),
        ("lark://0123456789abcdef", "markdown"),
        ("dingtalk://secret@0123456789abcdef", "markdown"),
        ("wecombot://0123456789abcdef", "text"),
        ("slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ", "markdown"),
        ("workflows://example.com:443/workflow/signature", "markdown"),
        ("json://127.0.0.1:9/x", "json"),
    ],
)
def test_each_service_gets_what_it_shows_best(address: str, shape: str) -> None:
    """Mail for mailboxes, Markdown for chats that know it, text for those that do not, JSON for machines."""
    assert shape_of(Channel("a", address)) == shape


def test_an_address_that_nobody_knows_is_refused_without_being_said() -> None:
    """The reason holds no part of the address."""
    with pytest.raises(NotSentError) as caught:
        shape_of(Channel("a", "nope://zqx-secret-token"))
    assert "zqx" not in str(caught.value)
