"""Deep links: an entry's page, an event's page, and what is not there."""

from __future__ import annotations

from html.parser import HTMLParser

import httpx
import pytest

from tests.web.conftest import HOSTILE, Server

ENTRY = "/entries/maas.81101.requests_per_minute"
CONTENT_ELEMENTS = {"script", "img", "iframe", "object", "embed", "form", "style"}


class Elements(HTMLParser):
    """Collects what a page is made of: its elements, attributes and text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attributes)))

    def handle_data(self, data: str) -> None:
        self.text += data


def test_an_entrys_page_says_what_it_means_and_whom_it_hit(server: Server) -> None:
    """Meaning, remedy, counts, models, keys, endpoints, times and lines of the entry."""
    page = Elements(server.get(ENTRY).text)
    assert "The requests exceed the limit per minute (RPM)." in page.text
    assert "Keep the call rate down" in page.text
    failures = 3 + len(HOSTILE)
    assert f"Failures{failures}Error rate" in page.text.replace("\n", "")
    for shown in ("By model", "By API key", "By endpoint", "qwen3-32b", "/v1/chat/completions"):
        assert shown in page.text
    assert [tag for tag, _ in page.found].count("rect") > 1
    assert any((attributes.get("href") or "").startswith("/events/1/") for _, attributes in page.found)


def test_an_entrys_page_speaks_chinese(server: Server) -> None:
    """`lang=zh` is the same page in Chinese, and its links stay in it."""
    page = Elements(server.get(f"{ENTRY}?lang=zh").text)
    assert ("html", {"lang": "zh-Hans"}) in page.found or page.found[0][1]["lang"].startswith("zh")
    for shown in ("如何处理", "发生次数", "按模型", "日志原文"):
        assert shown in page.text
    events = [one["href"] for _, one in page.found if (one.get("href") or "").startswith("/events/")]
    assert events
    assert all(str(address).endswith("lang=zh") for address in events)


def test_an_entry_that_never_occurred_is_explained_all_the_same(server: Server) -> None:
    """The catalogue's words stand there; the counts say that there are none."""
    page = Elements(server.get("/entries/maas.81104.backend_error").text)
    assert "None of the failures in this range" in page.text


def test_an_entrys_page_keeps_to_its_range(server: Server) -> None:
    """`since` and `until` bound the counts, and the page says which range it shows."""
    page = Elements(server.get(f"{ENTRY}?since=2026-11-20T00:01:00Z&until=2026-11-20T00:01:02Z").text)
    assert "Failures2Error rate" in page.text.replace("\n", "")
    assert "from 20 Nov 2026 00:01 to 20 Nov 2026 00:01" in page.text
    assert server.get(f"{ENTRY}?since=never").status_code == 400


def test_an_events_page_shows_it_whole_with_its_neighbours(server: Server) -> None:
    """All fields, the masked line, and the other attempts of the same operation."""
    page = Elements(server.get("/events/1/62").text)
    for shown in ("op-1", "ModelArts.81101", "Too many requests, the rate limit is 30", "The line, masked"):
        assert shown in page.text
    assert "operation request" in " ".join(page.text.split())
    links = [one.get("href") for _, one in page.found]
    for wanted in ("/events/1/61?lang=en", "/events/1/63?lang=en", f"{ENTRY}?lang=en"):
        assert wanted in links


@pytest.mark.parametrize(
    "path",
    [
        "/entries/maas.no_such_entry",
        "/events/1/999999",
        "/events/99/1",
        f"/events/{2**40}/1",
        f"/events/1/{2**70}",
        "/events/1/-1",
        "/events/x/1",
    ],
)
def test_what_is_not_there_is_said(server: Server, path: str) -> None:
    """A page that says so, with the way back."""
    answer = server.get(path)
    assert answer.status_code == 404
    assert "there is nothing" in answer.text or "no " in answer.text
    assert 'href="/"' in answer.text


def test_hostile_text_is_text_on_every_page(server: Server) -> None:
    """No element, no handler and no address of a page comes from a log."""
    pages = [server.get(ENTRY), *(server.get(f"/events/1/{number}") for number in range(61, 82))]
    text = ""
    for answer in pages:
        assert answer.status_code == 200
        page = Elements(answer.text)
        text += page.text
        assert CONTENT_ELEMENTS.isdisjoint(tag for tag, _ in page.found)
        for _, attributes in page.found:
            assert not [name for name in attributes if name.startswith("on") or name in ("style", "srcdoc")]
            assert not (attributes.get("href") or "").startswith(("javascript:", "http"))
        assert "\u202e" not in answer.text
    for shown in ("<script>window.hacked=1</script>", "{{ 7 * 7 }}", "⟨U+202E⟩gpj.exe"):
        assert shown in text


def test_styles_and_scripts_are_kept_by_their_hash(server: Server) -> None:
    """Every style and script of a page is there, under an address that never changes its meaning."""
    page = Elements(server.get("/docs").text)
    addresses = [
        one.get("href") or one.get("src")
        for tag, one in page.found
        if tag == "script" or (tag == "link" and one.get("rel") == "stylesheet")
    ]
    assert len(addresses) >= 2
    for address in addresses:
        answer = httpx.get(f"{server.url.rstrip('/')}{address}")
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
    other = str(addresses[0]).split("/")
    assert "immutable" not in server.get(f"/assets/0000/{other[-1]}").headers["cache-control"]
