"""How well a text fits a template, and what its placeholders held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.fit import Fit, Tier, best_fit, fit_template
from analyzer.classification.load import load_catalogs
from analyzer.classification.normalise import normalise
from analyzer.classification.templates import compile_template, entry_templates

ENTRY = load_catalogs()[0].entries[0]


def fit(template: str, text: str, with_code: bool = True) -> tuple[Tier, list[str]] | None:
    found = fit_template(compile_template(ENTRY, template), normalise(text), with_code)
    return (found.tier, list(found.params())) if found else None


@pytest.mark.parametrize(
    ("template", "text", "params"),
    [
        ("Task %s does not exist.", "task A/b does not exist", ["A/b"]),
        (
            "Task %s does not exist.",
            "Task a does not exist. Task b does not exist.",
            ["a does not exist. Task b"],
        ),
        ("%s is %s.", "a is b is c.", ["a", "b is c"]),
        ("Task %s does not exist.", "Task  does not exist.", [""]),
        ("Task %s does not exist.", "Task does not exist.", [""]),
        ("Size %s.", "Size .", [""]),
        ("Size (%s)%s", "Size ()", ["", ""]),
        ("Size %s.", "Size 10 MB, request_id: 4", ["10 MB"]),
        ("Size %s.", "Size of request ids", ["of request ids"]),
        ("a %s b %s c", "a x b b c c", ["x", "b c"]),
    ],
)
def test_the_whole_text(template: str, text: str, params: list[str]) -> None:
    """Values are as short as possible from the left, the last one up to the template's end."""
    assert fit(template, text) == (Tier.WHOLE, params)


@pytest.mark.parametrize("before", [" ", ":", "=", "-", ">", "(", '"', "'", "\n", "“"])
@pytest.mark.parametrize("after", [".", ". Bye", '"', "'", ")", "]", "}", ",", ";", "\nBye", "</p>", "\\n"])
def test_bounds_without_a_code(before: str, after: str) -> None:
    """A row inside a text starts behind one of some marks and ends before one of some others."""
    assert fit("Invalid model.", f"x{before}Invalid model{after} y", with_code=False) == (Tier.BOUNDED, [])


@pytest.mark.parametrize(
    "text",
    ["xInvalid model.", "x/Invalid model.", "x Invalid models", "x Invalid model x", "x Invalid model: y"],
)
def test_what_is_not_bounded(text: str) -> None:
    """A letter or another mark beside the row is no bound, nor is a space behind it without a code."""
    assert fit("Invalid model.", text, with_code=False) is None


def test_a_space_bounds_with_a_code() -> None:
    """With a code a row may end before a space, its values still as short as possible."""
    assert fit("Invalid model.", "x Invalid model x") == (Tier.BOUNDED, [])
    text = "x Task a does not exist now, Task b does not exist."
    assert fit("Task %s does not exist.", text) == (Tier.BOUNDED, ["a"])
    assert fit("Task %s does not exist.", text, with_code=False) == (
        Tier.BOUNDED,
        ["a does not exist now, Task b"],
    )


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("x: Size 10 MB. Bye", "10 MB"),
        ("x: Size 10.5 MB.", "10.5 MB"),
        ("x: Size ['a. b', 'c, d']. Bye", "['a. b', 'c, d']"),
        ("x (Size 10 (or so)) y", "10 (or so)"),
        ("msg='Size 10 MB' code=1", "10 MB"),
        ("msg=\"Size '10, 11'\" code=1", "'10, 11'"),
        ("x: Size a's, bye", "a's"),
        ("x: Size 10\nBye", "10"),
        ("x: Size http://a.b/c?d=1;e=2 and so on", "http://a.b/c?d=1;e=2 and so on"),
        ("x: Size 129024.Request failed with status: 400", "129024"),
        ("x: Size (((", "((("),
    ],
)
def test_a_value_at_the_end_inside_a_text(text: str, value: str) -> None:
    """A value at the template's end stops where its sentence does, not inside its own brackets or quotes."""
    assert fit("Size %s.", text) == (Tier.BOUNDED, [value])


@pytest.mark.parametrize(
    ("text", "with_code", "params"),
    [
        ("The door of ", True, None),
        ("The door of th", True, []),
        ("The door of the house", True, []),
        ("The door of the house 4", True, ["4"]),
        ("The door of the house 4 is", True, ["4"]),
        ("The door of the house 4 is shut, a", True, ["4"]),
        ("The door of the house", False, None),
        ("The door of the house 4 is sh", False, ["4"]),
        ("x The door of the house 4 is sh", True, None),
        ("The door of the barn", True, None),
    ],
)
def test_cut_short(text: str, with_code: bool, params: list[str] | None) -> None:
    """A text that ends before the template does fits from its start, by 12 literal characters or 24."""
    expected = None if params is None else (Tier.CUT, params)
    assert fit("The door of the house %s is shut, and %s", text, with_code) == expected


def chosen(templates: list[str], text: str) -> str | None:
    entries = [replace(ENTRY, entry_id=template, message=template, variants=()) for template in templates]
    every = [template for entry in entries for template in entry_templates(entry)]
    found: Fit | None = best_fit(every, normalise(text), True)
    return found.template.entry.entry_id if found else None


def test_the_best_fit() -> None:
    """The best tier first, then the most literal characters, then exactly one entry."""
    assert chosen(["a %s", "big letters"], "a big letters") == "a %s"
    assert chosen(["a %s", "a big %s"], "a big thing") == "a big %s"
    assert chosen(["a %s c", "a bx %s"], "a bx c") == "a bx %s"
    assert chosen(["the %s wide", "the door %s"], "the door is wide") is None
    assert chosen(["the red car %s ab", "the red car %s ac"], "the red car is") is None


def test_two_wire_forms_of_one_entry_are_no_tie() -> None:
    """Variants of one row that fit alike lead to that row."""
    entry = replace(ENTRY, message="the %s wide", variants=("the door %s", "door"))
    found = best_fit(entry_templates(entry), normalise("the door is wide"), True)
    assert found is not None
    assert found.template.source == "the %s wide"


names = st.text(alphabet="abc", min_size=1, max_size=4)
values = st.text(alphabet="abcXYZ .,('\"[]\n%é，", max_size=14)


@given(st.lists(names, min_size=2, max_size=4), st.lists(values, min_size=3, max_size=3))
def test_a_rendered_template_fits_as_a_whole(pieces: list[str], held: list[str]) -> None:
    """Whatever is put between a template's literals, the text fits as a whole and its values rebuild it."""
    spots = len(pieces) - 1
    source = "(%s)".join(pieces)
    written = pieces[0] + "".join(f"({value}){piece}" for value, piece in zip(held, pieces[1:], strict=False))
    found = fit(source, written)
    assert found is not None
    assert found[0] is Tier.WHOLE
    rebuilt = pieces[0] + "".join(
        f"({value}){piece}" for value, piece in zip(found[1], pieces[1:], strict=True)
    )
    assert (len(found[1]), rebuilt) == (spots, written)
