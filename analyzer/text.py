"""What the analyzer says to people, in each language: texts, numbers, percentages, durations, times.

The texts are data (`texts/<language>.toml`, flat `[section] key = "text"`), so a language is one
file. Values are put into a text's `{names}`; a value is never read as a text itself.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path

from analyzer.errors import UnknownNameError
from analyzer.resources import data_files, package_folder

OBEYED = re.compile(
    "[\x00-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]"
)
"""What a terminal would obey instead of showing."""
_NAMED = {"\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Texts(Mapping[str, str]):
    """The texts of one language by their dotted key (`category.rate_limit`), and its ways to format."""

    def __init__(self, language: str, entries: Mapping[str, str]) -> None:
        self.language = language
        self._entries = entries

    def __getitem__(self, key: str) -> str:
        return self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def say(self, key: str, **values: object) -> str:
        """Return the text of `key` with `values` in its placeholders. Raises KeyError for an unknown key."""
        return self._entries[key].format_map(values)

    def word(self, section: str, value: str | None) -> str:
        """Return the word for a value of a fixed vocabulary; a value without a word stands for itself."""
        if value is None:
            return self._entries.get(f"{section}.none", self["number.nothing"])
        return self._entries.get(f"{section}.{value}", value)

    def count(self, noun: str, amount: int) -> str:
        """Return an amount with its noun: `count("failures", 1)` is "1 failure"."""
        form = f"count.{noun}_one" if amount == 1 else f"count.{noun}"
        return self.say(form, n=self.number(amount))

    def number(self, value: float | None) -> str:
        """Return a number with its thousands apart; whole numbers without decimals."""
        if value is None:
            return self["number.nothing"]
        return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.2f}"

    def compact(self, value: float | None) -> str:
        """Return a number short enough for a headline: 12,345 stays whole, 1,234,567 becomes 1.23 M."""
        if value is None or abs(value) < 100_000:
            return self.number(value)
        for step in ("large", "middle", "small"):
            size = float(self[f"number.{step}_size"])
            if abs(value) >= size:
                return self.say(f"number.{step}", n=_significant(value / size))
        return self.number(value)

    def percent(self, share: float | None) -> str:
        """Return a share (0.0834) as a percentage (8.3 %) that never rounds something to 0 or to all."""
        if share is None:
            return self["number.unknown"]
        return self.say("number.percent", n=_percentage(share * 100))

    def duration(self, milliseconds: float | None) -> str:
        """Return milliseconds in the unit a person would use."""
        if milliseconds is None:
            return self["number.nothing"]
        if milliseconds < 1000:
            return self.say("duration.milliseconds", n=f"{milliseconds:.0f}")
        seconds = milliseconds / 1000
        if seconds < 60:
            return self.say("duration.seconds", n=_significant(seconds))
        return self.ago(timedelta(seconds=seconds))

    def ago(self, span: timedelta) -> str:
        """Return a span of time in its largest fitting unit: 45 minutes, 7 hours, 3 days."""
        minutes = int(span.total_seconds() // 60)
        if minutes < 120:
            return self.count("minutes", max(minutes, 1))
        if minutes < 48 * 60:
            return self.count("hours", minutes // 60)
        return self.count("days", minutes // (24 * 60))

    def moment(self, when: datetime | None) -> str:
        """Return a moment to the minute, in the zone it carries."""
        if when is None:
            return self["number.nothing"]
        return f"{self.day(when)} {when:%H:%M}"

    def day(self, when: datetime) -> str:
        """Return a moment's date, in the zone it carries."""
        month = self[f"month.m{when.month}"]
        return self.say("time.day", day=when.day, month=month, year=when.year)


def texts(language: str) -> Texts:
    """Return the texts of `language`. Raises UnknownNameError, which names the languages there are."""
    if language not in languages():
        raise UnknownNameError(f"there is no language {language!r}; use one of {', '.join(languages())}")
    return Texts(language, _read(package_folder("texts") / f"{language}.toml"))


@cache
def languages() -> tuple[str, ...]:
    """Return the languages there are texts for, by name."""
    return tuple(file.stem for file in data_files(package_folder("texts"), ".toml"))


@cache
def _read(file: Path) -> Mapping[str, str]:
    sections = tomllib.loads(file.read_text(encoding="utf-8"))
    return {f"{section}.{key}": text for section, keys in sections.items() for key, text in keys.items()}


def _significant(value: float) -> str:
    """Return three significant digits without an exponent: 1.23, 12.3, 123."""
    digits = 2 if abs(value) < 10 else 1 if abs(value) < 100 else 0
    return f"{value:.{digits}f}"


def _percentage(value: float) -> str:
    if value == 0 or value == 100:
        return f"{value:.0f}"
    if value < 0.01:
        return "<0.01"
    if value < 0.995:
        return f"{value:.2f}"
    if 99.9 < value < 100:
        return ">99.9"
    return f"{value:.1f}"


def visible(text: str) -> str:
    """Return `text` with control characters, escapes and marks that turn the writing round written out."""
    return OBEYED.sub(lambda found: _NAMED.get(found[0]) or _written_out(found[0]), text)


def _written_out(character: str) -> str:
    number = ord(character)
    return f"\\x{number:02x}" if number < 0x100 else f"\\u{number:04x}"
