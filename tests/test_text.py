"""Texts and formats for people."""

from __future__ import annotations

import string
from datetime import UTC, datetime, timedelta

import pytest

from analyzer.classification.entry import ACTIONS, CATEGORIES, MATCHES, OWNERS, RETRIES
from analyzer.errors import UnknownNameError
from analyzer.text import Texts, languages, texts


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", languages())
def test_every_language_has_the_same_keys_and_placeholders(language: str) -> None:
    """A text that one language has, every language has, with the same values in it."""
    english, other = texts("en"), texts(language)
    assert set(other) == set(english)
    assert {key: placeholders(other[key]) for key in other} == {
        key: placeholders(english[key]) for key in english
    }


@pytest.mark.parametrize("language", languages())
def test_every_word_of_the_catalogue_is_in_the_language(language: str) -> None:
    """No category, action, owner, retry or match stands on a page as its bare name."""
    words = texts(language)
    named = {
        "category": (*CATEGORIES, "several", "uncatalogued"),
        "action": (*ACTIONS, "several"),
        "owner": (*OWNERS, "several", "unknown"),
        "owner_meaning": (*OWNERS, "several", "unknown"),
        "retry": RETRIES,
        "match": MATCHES,
        "population": ("requests", "failures"),
    }
    assert not [f"{section}.{value}" for section, values in named.items() for value in values
                if f"{section}.{value}" not in words]  # fmt: skip


def test_an_unknown_language_names_those_there_are() -> None:
    with pytest.raises(UnknownNameError, match=r"'fr'.*en, zh"):
        texts("fr")


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (None, "–", "–"),
        (0, "0", "0"),
        (12_345, "12,345", "12,345"),
        (123_456, "123 k", "12.3 万"),
        (1_234_567, "1.23 M", "123 万"),
        (2_500_000_000, "2.50 B", "25.0 亿"),
    ],
)
def test_large_numbers_are_short_in_each_language(value: int | None, english: str, chinese: str) -> None:
    assert (texts("en").compact(value), texts("zh").compact(value)) == (english, chinese)


@pytest.mark.parametrize(
    ("share", "said"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.0834, "8.3%"),
        (0.00123, "0.12%"),
        (0.000001, "<0.01%"),
        (0.99999, ">99.9%"),
        (None, "not known"),
    ],
)
def test_a_share_never_rounds_something_to_nothing_or_to_all(share: float | None, said: str) -> None:
    assert texts("en").percent(share) == said


def test_amounts_agree_with_their_noun() -> None:
    words = texts("en")
    assert [words.count("failures", amount) for amount in (0, 1, 2_000)] == [
        "0 failures", "1 failure", "2,000 failures",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("milliseconds", "said"),
    [(0.4, "0 ms"), (850, "850 ms"), (1234, "1.23 s"), (90_000, "1 minute"), (None, "–")],
)
def test_durations_have_the_unit_a_person_would_use(milliseconds: float | None, said: str) -> None:
    assert texts("en").duration(milliseconds) == said


def test_ages_and_moments_are_said_in_the_language() -> None:
    moment = datetime(2026, 11, 3, 8, 5, tzinfo=UTC)
    assert [texts(language).moment(moment) for language in ("en", "zh")] == [
        "3 Nov 2026 08:05",
        "2026年11月3日 08:05",
    ]
    assert [texts(language).ago(timedelta(days=3, hours=2)) for language in ("en", "zh")] == [
        "3 days",
        "3 天",
    ]


def test_a_value_is_never_read_as_a_text() -> None:
    """Braces in log text stay braces."""
    words = Texts("en", {"greet.all": "from {name}"})
    assert words.say("greet.all", name="{name.__class__}") == "from {name.__class__}"


def test_a_word_without_a_text_stands_for_itself() -> None:
    assert texts("en").word("reject", "some_new_reason") == "some_new_reason"
    assert texts("en").word("category", None) == "Not in the catalogue"
