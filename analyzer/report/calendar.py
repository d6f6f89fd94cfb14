"""`index.html` over a folder of reports: a calendar whose days are coloured by their error rate.

A day is a JSON file that tells it: a nightly summary (`day`), or a report of at most a day and an hour
(`analyzer report --format json`). It links to the page of the same name. The index runs no script and
opens from disk.
"""

from __future__ import annotations

import json
from calendar import Calendar
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analyzer import __version__
from analyzer.errors import MissingPathError
from analyzer.report.visible import visible
from analyzer.report.whole import write_bytes
from analyzer.resources import shared_folder
from analyzer.text import Texts, texts

INDEX = "index.html"
STEPS = (0.01, 0.02, 0.05, 0.1)
"""Error rates at which the colour of a day changes; below the first it is the palest."""
_LONGEST_DAY = timedelta(hours=25)
_LARGEST = 50_000_000


@dataclass(frozen=True)
class Day:
    """A day's report: its file and its figures, None where they are not known."""

    day: date
    file: str
    requests: int | None
    failures: int | None
    error_rate: float | None
    is_partial: bool
    new: int

    @property
    def step(self) -> int | None:
        """Its place on the scale of colours, from 0; None without an error rate."""
        return None if self.error_rate is None else sum(self.error_rate >= step for step in STEPS)


def write_calendar(folder: Path, language: str) -> Path:
    """Write `index.html` over the reports in `folder` and return its path; written whole or not at all.

    Raises MissingPathError for a folder that is not there, DeliveryError where it cannot be written,
    UnknownNameError for an unknown language.
    """
    if not folder.is_dir():
        raise MissingPathError(f"there is no folder {folder}; name the folder that holds the reports")
    days = sorted(_days(folder), key=lambda day: day.day)
    write_bytes(folder / INDEX, _page(folder, days, texts(language)).encode("utf-8", errors="replace"))
    return folder / INDEX


def _page(folder: Path, days: Sequence[Day], words: Texts) -> str:
    environment = Environment(
        loader=FileSystemLoader(shared_folder("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    pages = {path.name for path in folder.glob("*.html")} - {INDEX}
    months = [
        _month(list(found), pages, words)
        for _, found in groupby(reversed(days), key=lambda day: (day.day.year, day.day.month))
    ]
    named = {day.file for day in days} | {month["page"] for month in months}
    named |= {week["page"] for month in months for week in month["weeks"]}
    worst = max((day for day in days if day.error_rate), key=lambda day: day.error_rate or 0, default=None)
    return environment.get_template("calendar.html").render(
        texts=words,
        version=__version__,
        days=days,
        worst=worst,
        months=months,
        others=[{"name": visible(name), "href": _address(name)} for name in sorted(pages - named)],
        steps=STEPS,
        address=_address,
        date=lambda day: words.day(datetime(day.year, day.month, day.day, tzinfo=UTC)),
    )


def _month(days: list[Day], pages: Collection[str], words: Texts) -> dict[str, Any]:
    """Return a month's weeks: seven places each, None outside of the month; and both rates and pages."""
    found = {day.day: day for day in days}
    first = days[0].day.replace(day=1)
    weeks = []
    for week in Calendar().monthdatescalendar(first.year, first.month):
        inside = [found[day] for day in week if day.month == first.month and day in found]
        places = [
            {"day": day, "report": found.get(day)} if day.month == first.month else None for day in week
        ]
        year, number, _ = week[0].isocalendar()
        page = f"{year}-W{number:02}.html"
        weeks.append(
            {
                "number": number,
                "places": places,
                "total": _total(inside),
                "page": page if page in pages else None,
            }
        )
    month = words[f"month.m{first.month}"]
    page = f"{first:%Y-%m}.html"
    return {
        "page": page if page in pages else None,
        "title": words.say("calendar.month", month=month, year=first.year),
        "weeks": weeks,
        "total": _total(days),
    }


def _total(days: Iterable[Day]) -> dict[str, Any] | None:
    """Return requests and error rate of the days that tell both; None without one."""
    rated = [day for day in days if day.error_rate is not None and day.requests]
    requests = sum(day.requests or 0 for day in rated)
    if not requests:
        return None
    return {
        "requests": requests,
        "error_rate": sum((day.error_rate or 0) * (day.requests or 0) for day in rated) / requests,
    }


def _days(folder: Path) -> Iterable[Day]:
    found: dict[date, Day] = {}
    for path in sorted(folder.glob("*.json")):
        told = _read(path)
        day = None if told is None else _day(path, told)
        # Two files may tell of one day: the nightly summary is named after it.
        if day is not None and (day.day not in found or path.stem == day.day.isoformat()):
            found[day.day] = day
    return found.values()


def _read(path: Path) -> dict[str, Any] | None:
    try:
        if path.stat().st_size > _LARGEST:
            return None
        told = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return told if isinstance(told, dict) else None


def _day(path: Path, told: dict[str, Any]) -> Day | None:
    """Return the day that a JSON file tells; None for a file that is no report of a day."""
    page = path.with_suffix(".html")
    try:
        if "day" in told:
            day, figures, new = date.fromisoformat(told["day"]), told, len(told.get("new") or ())
        else:
            since, until = (datetime.fromisoformat(told[name]) for name in ("since", "until"))
            if until - since > _LONGEST_DAY:
                return None
            day, figures = since.date(), told["overview"]
            new = sum(row["verdict"] == "new" for row in (told.get("changes") or {"rows": []})["rows"])
        return Day(
            day,
            page.name if page.is_file() else path.name,
            _whole(figures["requests"]),
            _whole(figures["failures"]),
            None if figures["error_rate"] is None else float(figures["error_rate"]),
            bool({"no_data", "not_over", "ends_early", "unread"} & set(told.get("warnings") or ())),
            new,
        )
    except (KeyError, TypeError, ValueError):
        return None


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


def _address(name: str) -> str:
    """Return a file's name as an address beside the index; it is never one of another scheme."""
    return f"./{quote(name)}"
