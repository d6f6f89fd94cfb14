"""The catalogue of Huawei Cloud MaaS holds what the publication holds: every row, to the letter."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from pathlib import Path
from typing import Any

import pytest

from analyzer.classification.entry import LANGUAGES, Entry
from analyzer.classification.load import parse_catalog
from analyzer.resources import package_folder

HERE = Path(__file__).parent
CATALOG = parse_catalog(package_folder("catalogs") / "huawei-maas.toml")
ROWS: list[dict[str, Any]] = tomllib.loads((HERE / "source_rows.toml").read_text(encoding="utf-8"))["row"]
FACTS: dict[str, dict[str, list[str]]] = tomllib.loads(
    (HERE / "source_facts.toml").read_text(encoding="utf-8")
)
CHINESE = re.compile(r"[\u4e00-\u9fff]")
WIDE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")

JUDGEMENTS = """
0104 2115 6274 6298 6299 81001 81016 81113 | invalid_request | fix_request       | caller        | never
6271                                       | conflict        | fix_request       | caller        | never
6291                                       | not_found       | check_resource    | caller        | never
6297                                       | quota           | free_quota        | account_admin | never
6613                                       | conflict        | check_resource    | caller        | never
8503 81015                                 | permission      | change_permission | account_admin | never
81002 81003                                | authentication  | fix_credentials   | caller        | never
81004                                      | account         | activate_service  | account_admin | never
81006 81112                                | account         | settle_account    | account_admin | never
81009 81108                                | not_found       | fix_request       | caller        | never
81011                                      | content_safety  | change_content    | caller        | never
81017                                      | account         | open_ticket       | account_admin | never
81109                                      | permission      | fix_request       | caller        | never
81101                                      | rate_limit      | slow_down         | caller        | after_wait
81102 81104                                | server_error    | open_ticket       | provider      | after_wait
81110                                      | timeout         | retry_later       | provider      | after_wait
"""
"""Category, action, owner and retry by code, as they were decided; all rows of a code agree."""


def judgements() -> dict[str, tuple[str, ...]]:
    """Return the table above by code."""
    decided: dict[str, tuple[str, ...]] = {}
    for line in JUDGEMENTS.strip().splitlines():
        numbers, *values = (cell.strip() for cell in line.split("|"))
        decided |= {f"ModelArts.{number}": tuple(values) for number in numbers.split()}
    return decided


def entry_of(entry_id: str) -> Entry:
    """Return the entry with this id."""
    return next(entry for entry in CATALOG.entries if entry.entry_id == entry_id)


def told(entry: Entry, language: str) -> str:
    """Return an entry's meaning and remedy in a language, signs in their narrow form, in lower case."""
    return unicodedata.normalize("NFKC", f"{entry.meaning[language]} {entry.remedy[language]}").lower()


def tells(text: str, fact: str) -> bool:
    """Whether a text holds a fact; a number or a name of letters stands alone."""
    fact = fact.lower()
    if fact.isascii() and fact.isalnum():
        return re.search(rf"(?<![a-z0-9]){re.escape(fact)}(?![a-z0-9])", text) is not None
    return fact in text


def test_the_copy_of_the_source_is_whole() -> None:
    """The publication has 24 rows in its first table and 25 in its second, with 28 codes."""
    assert [sum(row["table"] == table for row in ROWS) for table in (1, 2)] == [24, 25]
    assert len({row["code"] for row in ROWS}) == 28
    assert sum(row["code"] == "ModelArts.0104" for row in ROWS) == 15


def test_no_row_is_missing_or_altered() -> None:
    """Table, status, code, message and example stand in the catalogue to the letter and in order."""
    published = [
        (
            {1: "general", 2: "model"}[row["table"]],
            row["http_status"],
            row["code"],
            row["message"],
            row.get("example"),
        )
        for row in ROWS
    ]
    assert published == [
        (entry.api, entry.http_status, entry.code, entry.message, entry.example) for entry in CATALOG.entries
    ]


def test_every_entry_is_known_by_a_name_of_its_own() -> None:
    """An entry's id is `maas.`, its code's number and words that tell the rows of a code apart."""
    ids = [entry.entry_id for entry in CATALOG.entries]
    assert len(set(ids)) == 49
    for entry in CATALOG.entries:
        number = str(entry.code).removeprefix("ModelArts.")
        assert re.fullmatch(rf"maas\.{number}\.[a-z0-9_]+", entry.entry_id)


@pytest.mark.parametrize("entry", CATALOG.entries, ids=lambda entry: entry.entry_id)
def test_what_goes_wrong_and_who_acts_is_as_decided(entry: Entry) -> None:
    """Category, action, owner and retry are those of the decided table."""
    assert (entry.category, entry.action, entry.owner, entry.retry) == judgements()[str(entry.code)]


def test_a_blocked_content_is_not_sent_again() -> None:
    """The message of 81011 says "try again", but only a changed request can help."""
    entry = entry_of("maas.81011.sensitive_content")
    assert entry.message.endswith("please try again.")
    assert entry.retry == "never"


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_text_is_in_its_language(language: str) -> None:
    """English texts hold no Chinese sign; Chinese ones hold Chinese, with the language's own punctuation."""
    for entry in CATALOG.entries:
        for text in (entry.meaning[language], entry.remedy[language]):
            assert text == text.strip()
            if language == "en":
                assert not WIDE.search(text), entry.entry_id
                assert text.endswith("."), entry.entry_id
            else:
                assert CHINESE.search(text), entry.entry_id
                assert not re.search(r"[,:;()]", text), entry.entry_id
                assert text.endswith("。"), entry.entry_id


def test_remedies_are_shared_exactly_where_the_source_shares_them() -> None:
    """Two entries have one remedy if, and only if, their cells are equal; the empty cell has its own."""
    by_cell = [row["remedy"] for row in ROWS]
    by_id = [entry.remedy_id for entry in CATALOG.entries]
    assert [by_cell.index(cell) for cell in by_cell] == [by_id.index(remedy_id) for remedy_id in by_id]
    assert [entry.code for entry, cell in zip(CATALOG.entries, by_cell, strict=True) if cell == 0] == [
        "ModelArts.6613"
    ]


@pytest.mark.parametrize("entry", CATALOG.entries, ids=lambda entry: entry.entry_id)
def test_nothing_that_the_source_tells_is_lost(entry: Entry) -> None:
    """Every pointer, range, number and allowed character is told in English and in Chinese."""
    facts = FACTS[entry.entry_id]
    for language in LANGUAGES:
        text = told(entry, language)
        lost = [fact for fact in facts.get("both", []) + facts[language] if not tells(text, fact)]
        assert lost == [], language


def test_the_facts_are_those_of_the_entries() -> None:
    """Each entry has its facts, and no fact is left without an entry."""
    assert list(FACTS) == [entry.entry_id for entry in CATALOG.entries]


def test_known_wire_forms_are_variants() -> None:
    """The misprint of 6274 is known without it too, and 81001's length message wherever it stands."""
    name = entry_of("maas.6274.name_invalid")
    assert "staring" in name.message
    assert name.message.replace("staring", "starting") in name.variants
    prompt = entry_of("maas.81001.value_out_of_range")
    assert prompt.message == "Inference failed: Unknown error: Tokenizer encode failed."
    assert "the prompt length %s must less than the maximum input length %s" in prompt.variants


def test_the_head_says_whose_table_it_is() -> None:
    """Provider, prefix and both titles are there, and the hash is one of the file's text."""
    assert (CATALOG.provider, CATALOG.code_prefix) == ("huawei-maas", "ModelArts.")
    assert set(CATALOG.title) == set(LANGUAGES)
    assert re.fullmatch(r"[0-9a-f]{64}", CATALOG.hash)
