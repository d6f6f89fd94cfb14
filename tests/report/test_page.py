"""The page as a file: what it says of itself, what it says of little data, and how it is written."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from analyzer.errors import DeliveryError, UnknownNameError
from analyzer.report.shared import share_plotly
from analyzer.report.whole import write_bytes

Store = Callable[..., Path]
Write = Callable[..., tuple]  # type: ignore[type-arg]


def words(page: str) -> str:
    """Return the page's text without styles, scripts and mark-up."""
    body = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", body)))


def test_the_page_names_version_interval_zone_and_how_far_the_data_reaches(week: Path, write: Write) -> None:
    text = words(write(week, time_zone="Asia/Shanghai", since=datetime(2026, 11, 16, tzinfo=UTC))[1])
    assert "analyzer 9.8.7" in text
    assert "16 Nov 2026 08:00 – 22 Nov 2026 0" in text
    assert "Asia/Shanghai" in text


def test_a_page_of_old_data_warns(week: Path, write: Write) -> None:
    summary = write(week, now=datetime(2026, 11, 25, 6, tzinfo=UTC))[0]
    assert any("is 3 days old" in note for note in summary.notes)


def test_a_page_of_fresh_data_does_not_warn(week: Path, write: Write) -> None:
    assert write(week)[0].notes == ()


def test_the_page_holds_all_it_needs(week: Path, write: Write) -> None:
    """No file and no address is named that a browser would fetch."""
    page = write(week)[1]
    outside = re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
    assert (
        re.findall(r'<(?:link|img|script|iframe|object)\b[^>]*(?:src|href)="(?!data:)[^"]*"', outside) == []
    )
    assert "plotly.js v" in page


def test_remedies_say_what_the_error_rate_would_become(store: Store, write: Write) -> None:
    """Twelve failures of a hundred requests, nine of them with one remedy: 12 % becomes 3 %."""
    text = words(write(store("catalog", "hundred"))[1])
    assert "12.0% of 100 requests failed." in text
    assert "Slow down · Caller · 75.0% (9 failures)." in text
    assert "Error rate 12.0% → 3.0%" in text


def test_without_any_remedy_the_page_says_where_to_look(store: Store, write: Write) -> None:
    text = words(write(store("catalog", "week", "uncatalogued"))[1])
    assert "No remedy is known for these failures" in text


def test_an_empty_range_names_the_stored_span(week: Path, write: Write) -> None:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    summary, page = write(week, since=since, until=since + timedelta(days=1))
    said = "No event lies in this interval. The database holds events from 15 Nov 2026 00:"
    assert said in summary.notes[0]
    assert "1 Jan 2020 00:00 – 2 Jan 2020 00:00" in words(page)


def test_an_empty_store_says_what_to_run(store: Store, write: Write) -> None:
    assert any("Run “analyzer ingest PATH”" in note for note in write(store("catalog"))[0].notes)


def test_logs_of_failures_only_have_no_rate_and_the_page_says_why(store: Store, write: Write) -> None:
    text = words(write(store("catalog", "week", "failures_only"))[1])
    assert "The error rate is not known." in text
    assert "→" not in text


def test_the_page_speaks_chinese(week: Path, write: Write) -> None:
    page = write(week, language="zh")[1]
    assert '<html lang="zh-CN">' in page
    text = words(page)
    assert "先做这些" in text
    assert "降低调用频率" in text
    assert "Do this first" not in text


def test_an_unknown_language_writes_nothing(week: Path, write: Write, tmp_path: Path) -> None:
    with pytest.raises(UnknownNameError, match="'fr'"):
        write(week, language="fr")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["report.html", "new/folder/report.html"])
def test_a_page_is_written_by_its_name_only(tmp_path: Path, name: str) -> None:
    """No half-written or temporary file stays beside it, and an old page is replaced."""
    path = tmp_path / name
    for content in ("first", "second"):
        assert write_bytes(path, content.encode()) == len(content)
    assert path.read_text() == "second"
    assert [file.name for file in path.parent.iterdir()] == ["report.html"]


def test_a_place_that_takes_no_file_is_one_line(tmp_path: Path) -> None:
    """The line names the place and the way out; the old content stays."""
    (tmp_path / "file").write_text("kept")
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "file" / "report.html", tmp_path / "folder"):
        with pytest.raises(
            DeliveryError, match=r"cannot be written: .*; choose another place with -o"
        ) as caught:
            write_bytes(path, b"page")
        assert "\n" not in str(caught.value)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["file", "folder"]
    assert (tmp_path / "file").read_text() == "kept"


def test_a_folder_of_assets_that_takes_no_file_names_its_option(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("kept")
    with pytest.raises(DeliveryError, match=r"cannot be written: .*; choose another place with --assets$"):
        share_plotly(tmp_path / "file" / "assets", tmp_path / "report.html")
