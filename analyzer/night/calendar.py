"""Periods and moments as people name them."""

from __future__ import annotations

from datetime import datetime

from analyzer.text import Texts


def period_name(kind: str, since: datetime, texts: Texts) -> str:
    """Return a period's name in words, known by its first moment."""
    year, week, _ = since.isocalendar()
    return texts.say(
        f"night.name_{kind}",
        day=day_name(since, texts),
        number=week,
        year=year if kind == "weekly" else since.year,
        month=texts[f"month.m{since.month}"],
    )


def day_name(moment: datetime, texts: Texts) -> str:
    """Return a day with its weekday, in the zone the moment carries."""
    return texts.say("night.day", weekday=weekday_of(moment, texts), day=texts.day(moment))


def weekday_of(moment: datetime, texts: Texts) -> str:
    """Return the short name of a moment's weekday, in the zone it carries."""
    return texts[f"night.weekday_{moment.weekday()}"]


def several(key: str, amount: int, texts: Texts) -> str:
    """Return the text of `key` for an amount; one has a text of its own."""
    return texts.say(f"{key}_one" if amount == 1 else key, n=texts.number(amount))


def moment_of(text: str) -> datetime:
    """Return the moment that a summary writes as ISO 8601 with offset."""
    return datetime.fromisoformat(text)
