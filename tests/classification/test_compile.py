"""The rule in SQL gives exactly what the rule in Python gives, wherever it gives an answer."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer.classification.compile import NONE_RULE, compile_rule
from analyzer.classification.entry import Catalog, Classification
from analyzer.classification.load import load_catalogs
from analyzer.classification.rule import Classifier

CATALOGS = load_catalogs()
ENTRIES = [entry for catalog in CATALOGS for entry in catalog.entries]
WORDS = [
    *("5", "deepseek-v3", "['system', 'user']", "/v1/videos?a=1&b=2", "it's", "100%", "a_b", "\\", "模型"),
    *(
        "x\ny",
        "",
        " ",
        "  ",
        ".",
        "..",
        ". .",
        " is ",
        " is empty",
        ", not one of ",
        " must less than the maximum ",
    ),
    *(
        "times per minute",
        " does not exist.",
        "ModelArts.81101",
        "{",
        '{"error_code": "ModelArts.81102"}',
        "'",
    ),
    *("“x”", "Request id: 5", ". Request failed with status: 400", "request_id=7", "\t", "K", "İ", "％", "…"),
]
CODES = [
    *(None, "", "-", "0", "null", "NULL", "429", "ok", "model_not_found", "ModelArts.811010", "81101"),
    *("InferHub.ModelArts.81101.429", " ModelArts.81101", "modelarts.81001", "xModelArts.81101"),
]


def render(template: str, values: list[str]) -> str:
    """Put values into a template's placeholders."""
    for value in values[: template.count("%s")]:
        head, tail = template.split("%s", 1)
        template = head + value.replace("%s", "%d") + tail
    return template


@st.composite
def pairs(draw: st.DrawFn) -> tuple[str | None, str | None]:
    """A code and a message, near to a row of the catalogue and then bent."""
    entry = draw(st.sampled_from(ENTRIES))
    value = st.lists(st.sampled_from(WORDS), max_size=3).map("".join) | st.text(max_size=8)
    template = draw(st.sampled_from([entry.message, *entry.variants]))
    text = render(template, draw(st.lists(value, min_size=3, max_size=3)))
    bent = [text.upper(), text + ".", text.rstrip("."), text + " ", "Error: " + text, text[: len(text) // 2]]
    message = st.just(text) | st.sampled_from(bent) | value | st.none() | value.map(lambda tail: text + tail)
    return draw(st.just(entry.code) | st.sampled_from(CODES) | st.text(max_size=6)), draw(message)


Pair = tuple[str | None, str | None]


def settle(catalogs: tuple[Catalog, ...], cases: list[Pair]) -> list[tuple[Any, list[str]]]:
    """Run the compiled rule over the cases; give each one's row of the lookup table, and the values."""
    compiled = compile_rule(catalogs)
    rows = {row[0]: row for row in compiled.rows}
    columns = [pa.array([case[place] for case in cases], pa.string()) for place in (0, 1)]
    table = pa.table(columns, names=["c", "m"])
    with duckdb.connect() as connection:
        connection.register("given", table)
        rule = compiled.rule_sql("c", "m")
        inner = f"SELECT row_number() OVER () AS place, m, {rule} AS rule FROM given"
        query = f"SELECT rule, {compiled.params_sql('rule', 'm')} FROM ({inner}) ORDER BY place"
        answers = connection.execute(query).fetchall()
    return [(None if rule is None else rows[rule], params) for rule, params in answers]


def assert_equal(catalogs: tuple[Catalog, ...], cases: list[Pair]) -> list[tuple[Any, list[str]]]:
    """Fail unless each answer of the SQL is the rule's."""
    classifier = Classifier(catalogs)
    answers = settle(catalogs, cases)
    for (code, message), (row, params) in zip(cases, answers, strict=True):
        if row is not None:
            number, match, entry_id, seen, category, action, owner = row
            assert 0 <= number < 2**15
            settled = Classification(match, entry_id, tuple(params), seen, category, action, owner)
            assert settled == classifier.classify(code, message), (code, message)
    return answers


def without_surrogates(cases: list[Pair]) -> list[Pair]:
    def writable(text: str | None) -> str | None:
        return text and text.encode("utf-8", "replace").decode()

    return [(writable(code), writable(message)) for code, message in cases]


@settings(max_examples=12, deadline=None)
@given(st.lists(pairs(), min_size=150, max_size=200))
def test_sql_agrees_with_python(cases: list[Pair]) -> None:
    """Whatever SQL settles is what the rule says, the placeholders' values included."""
    assert_equal(CATALOGS, without_surrogates(cases))


def test_every_entry_is_settled_in_sql() -> None:
    """Each row of the catalogue, under its own code and with plain values, needs no Python."""
    values = ["5", "gpt-4", "/v1/videos"]
    cases = [
        (code, text)
        for entry in ENTRIES
        for code in (entry.code, (entry.code or "").upper())
        for text in (render(entry.message, values), render(entry.message, values).rstrip("."))
    ]
    answers = assert_equal(CATALOGS, cases)
    matches = [row and row[1] for row, _ in answers]
    assert matches == ["template"] * len(cases)


@pytest.mark.parametrize(
    ("code", "message"),
    [
        (None, None),
        ("model_not_found", "Invalid model."),
        ("model_not_found", None),
        ("invalid_request", 'bad body {"a": 1}'),
        (None, "connection reset by peer"),
        ("429", "slow down, please"),
        ("-", ""),
    ],
)
def test_what_cannot_be_ours_is_settled_as_none(code: str | None, message: str | None) -> None:
    """A pair that leads to no entry for certain is settled in SQL."""
    [(row, params)] = assert_equal(CATALOGS, [(code, message)])
    assert row[0] == NONE_RULE
    assert params == []


def test_a_code_without_a_message_is_settled() -> None:
    """A catalogue's code with no message at all is code level, settled in SQL."""
    [(row, _)] = assert_equal(CATALOGS, [("ModelArts.81001", None)])
    assert row[1:4] == ("code", None, "ModelArts.81001")


def with_messages(messages: list[str], code: str | None = "ModelArts.9") -> tuple[Catalog, ...]:
    """A catalogue of one code with these rows, beside the package's own."""
    entries = tuple(
        replace(ENTRIES[0], entry_id=f"own.{place}", provider="own", code=code, message=message, variants=())
        for place, message in enumerate(messages)
    )
    return (*CATALOGS, replace(CATALOGS[0], provider="own", entries=entries))


@pytest.mark.parametrize("code", ["ModelArts.9", "quota_hit", "429", None])
def test_rows_of_ones_own_that_lie_close_together(code: str | None) -> None:
    """Rows that tie, overlap, start with a placeholder or hold LIKE's own characters agree as well."""
    messages = [
        *("task %s ended", "task %s failed or ended", "task %s", "task ended", "the %s is %s", "%s"),
        *("the %s is 100% _x", "a %s b", "a %s c b", "Ünder %s", "x\\y%%s_", "it is %s, %s"),
        "%s is missing in the request body",
    ]
    chance = random.Random(7)
    texts = [render(template, [chance.choice(WORDS) for _ in range(3)]) for template in messages * 60]
    texts += [chance.choice(["", "x ", "a "]) + text[: chance.randrange(len(text) + 1)] for text in texts]
    cases: list[Pair] = [(chance.choice([code, None, "other"]), text) for text in texts]
    assert_equal(with_messages(messages, code), cases)


def test_names_with_quotes_are_only_text() -> None:
    """A quote in a catalogue's text or in a column's value never becomes SQL."""
    catalogs = with_messages(["it's '; DROP TABLE t; -- %s", "a 'b' c"])
    texts = ["it's '; DROP TABLE t; -- 'x'", "a 'b' c"]
    answers = assert_equal(catalogs, [("ModelArts.9", text) for text in texts])
    assert [row[2] for row, _ in answers] == ["own.0", "own.1"]
    assert answers[0][1] == ["'x'"]
