"""Who may ask: hosts, tokens, methods, and the headers of every answer."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from analyzer.errors import UsageError
from analyzer.web.access import gate, is_loopback, read_token
from tests.web.conftest import Server

TOKEN = "correct-horse-battery-staple"  # noqa: S105
PATHS = [
    "/",
    "/docs",
    "/openapi.json",
    "/metrics",
    "/version.json",
    "/api/queries",
    "/api/queries/overview.json",
]


@pytest.mark.parametrize(
    ("header", "known"),
    [
        ("127.0.0.1:8321", True),
        ("localhost", True),
        ("LOCALHOST.:80", True),
        ("[::1]:8321", True),
        ("evil.example:8321", False),
        ("127.0.0.1.evil.example", False),
        ("192.0.2.7:8321", False),
        ("localhost:1:2", False),
        ("user@localhost", False),
        ("", False),
    ],
)
def test_a_loopback_server_answers_to_its_own_names_only(header: str, known: bool) -> None:
    """A name that someone else points at this machine is refused."""
    assert gate("127.0.0.1", 8321, None, ()).knows_host(header) is known


def test_an_open_server_answers_to_addresses_and_named_hosts() -> None:
    """An address in digits cannot be pointed elsewhere; another name has to be allowed."""
    opened = gate("0.0.0.0", 8321, TOKEN, ["logs.example"])  # noqa: S104
    assert opened.knows_host("192.0.2.7:8321")
    assert opened.knows_host("logs.example")
    assert not opened.knows_host("evil.example")


def test_others_are_let_in_with_a_token_only() -> None:
    """An address that others reach needs a token, and its way out is said."""
    with pytest.raises(UsageError, match="a token is needed"):
        gate("0.0.0.0", 8321, None, ())  # noqa: S104
    assert [is_loopback(host) for host in ("127.0.0.9", "::1", "localhost", "::", "host.example")] == [
        *(True, True, True),
        *(False, False),
    ]


def test_where_a_token_comes_from(tmp_path: Path) -> None:
    """The option goes before the file, the file before the variable; a weak one is refused."""
    (tmp_path / "token").write_text(f"{TOKEN}\nsecond line\n")
    variables = {"ANALYZER_TOKEN": "of-the-environment-0123"}
    assert read_token("of-the-option-0123456789", tmp_path / "token", variables) == "of-the-option-0123456789"
    assert read_token(None, tmp_path / "token", variables) == TOKEN
    assert read_token(None, None, variables) == "of-the-environment-0123"
    assert read_token(None, None, {"ANALYZER_TOKEN": ""}) is None
    for weak in ("short", "", "with a space in it 0123", "umlaut-ä-0123456789"):
        with pytest.raises(UsageError, match="token"):
            read_token(weak, None, {})
    with pytest.raises(UsageError, match="cannot be read"):
        read_token(None, tmp_path / "missing", {})


@pytest.fixture(scope="module")
def guarded(store: Path, start: Callable[..., Server]) -> Server:
    """Return a server that asks for TOKEN."""
    return start(store, ANALYZER_TOKEN=TOKEN)


@pytest.mark.parametrize("path", PATHS)
def test_every_address_asks_for_the_token(guarded: Server, path: str) -> None:
    """Without the token or with a wrong one nothing is shown."""
    wrong = {"Authorization": f"Bearer {TOKEN}x"}
    for headers in ({}, wrong, {"Authorization": TOKEN}, {"Cookie": f"analyzer_{guarded.port}={TOKEN}"}):
        refused = guarded.get(path, headers=headers)
        assert refused.status_code == 401
        assert refused.headers["www-authenticate"].startswith("Bearer")
    assert guarded.get(path, headers={"Authorization": f"Bearer {TOKEN}"}).status_code in (200, 303)


def test_the_page_that_asks_for_the_token_takes_it(guarded: Server) -> None:
    """A person without the token gets a form for it, and the style that the page needs."""
    page = guarded.get("/docs").text
    assert '<input id="token" name="token" type="password"' in page
    style = re.search(r'href="(/assets/[^"]+)"', page)
    assert style
    assert guarded.get(style[1]).status_code == 200


def test_a_wrong_token_is_told_and_not_kept_in_the_address(guarded: Server) -> None:
    """The page says that the token is wrong, and its script takes it out of the address."""
    refused = guarded.get("/?token=wrong-wrong-wrong-wrong")
    assert refused.status_code == 401
    assert "that is not this page&#39;s token; check it, and try again" in refused.text
    script = re.search(r'src="(/assets/[^"]+/token.js)"', refused.text)
    assert script
    assert "replaceState" in guarded.get(script[1]).text
    assert "not this page" not in guarded.get("/").text


def test_health_needs_no_token(guarded: Server) -> None:
    """A supervisor asks without the token, and learns no more than ready or not."""
    assert guarded.get("/healthz").json() == {"status": "ready", "reason": None}


def test_a_ticket_opens_once() -> None:
    """What stands in an address for a browser is worth nothing afterwards."""
    guarded_gate = gate("127.0.0.1", 8321, TOKEN, ())
    ticket = guarded_gate.ticket()
    assert [guarded_gate.admits(shown) for shown in (ticket, ticket, TOKEN, "")] == [True, False, True, False]


def test_the_token_in_the_address_becomes_a_cookie(guarded: Server) -> None:
    """`?token=` is taken out of the address, and the cookie is no script's and no other site's."""
    first = guarded.get(f"/docs?lang=zh&token={TOKEN}")
    assert (first.status_code, first.headers["location"]) == (303, "/docs?lang=zh")
    cookie = first.headers["set-cookie"]
    assert TOKEN not in cookie
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    value = cookie.partition(";")[0]
    assert guarded.get("/docs", headers={"Cookie": f"other=1; {value}"}).status_code == 200
    assert guarded.get("/docs?token=wrong").status_code == 401
    assert guarded.get(f"/docs?token={TOKEN}&token=wrong").status_code == 401
    leads_away = guarded.get(f"//evil.example/?token={TOKEN}")
    assert leads_away.headers.get("location", "/").startswith("/evil")


@pytest.mark.parametrize("path", [*PATHS, "/healthz", "/nothing", "/entries/nothing"])
def test_every_answer_is_guarded_by_its_headers(server: Server, path: str) -> None:
    """No script but our own, no frame, no guess at types, no address passed on, nothing kept."""
    headers = server.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy.partition("style-src")[0]
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"
    assert "server" not in headers


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"])
def test_only_reading_methods_are_answered(server: Server, method: str) -> None:
    """Every other method is refused, with those that are not."""
    import httpx

    refused = httpx.request(method, f"{server.url}api/queries/overview.json")
    assert (refused.status_code, refused.headers["allow"]) == (405, "GET, HEAD")


def test_head_is_get_without_its_body(server: Server) -> None:
    """HEAD tells the same length and sends nothing."""
    import httpx

    head, get = httpx.head(f"{server.url}docs"), server.get("/docs")
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


def test_another_host_is_refused(server: Server) -> None:
    """A page that points its own name here gets nothing."""
    refused = server.get("/api/queries/overview.json", headers={"Host": "evil.example"})
    assert refused.status_code == 400
    assert "Host" in refused.json()["error"]


def test_another_sites_page_cannot_make_it_work(server: Server) -> None:
    """What a page elsewhere asks by itself is refused; a link that a person follows is answered."""
    asked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert server.get("/api/queries/overview.json", headers=asked).status_code == 403
    followed = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    assert server.get("/api/queries/overview.json", headers=followed).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../pyproject.toml",
        "/assets/x/..%2f..%2fpyproject.toml",
        "/assets/x/%2e%2e%2fweb%2fbase.html",
        "/assets/x/base.html",
        "/entries/..%2f..%2fetc%2fpasswd",
        "/api/queries/..%2foverview.json",
        "/assets//etc/passwd",
    ],
)
def test_no_path_leads_to_a_file(server: Server, path: str) -> None:
    """What is served is what is listed, by name."""
    import http.client

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    connection.request("GET", path)
    answer = connection.getresponse()
    assert answer.status == 404
    assert not re.search(rb"root:|\[project\]", answer.read())
    connection.close()
