"""Templates in the form that texts are compared in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from analyzer.classification.load import load_catalogs
from analyzer.classification.templates import compile_template, entry_templates

ENTRY = load_catalogs()[0].entries[0]


@pytest.mark.parametrize(
    ("source", "literals"),
    [
        ("Task %s does not exist.", ("task ", " does not exist")),
        ("  The model %s has no\n url %s. ", ("the model ", " has no url ", "")),
        ("%s is “empty”。", ("", ' is "empty"')),
        ("100% of (%s)_x", ("100% of (", ")_x")),
        ("%s%s", ("", "", "")),
        ("Plain", ("plain",)),
    ],
)
def test_literals(source: str, literals: tuple[str, ...]) -> None:
    """Only the placeholder is one; the spaces beside it stay, outer ones and closing full stops go."""
    template = compile_template(ENTRY, source)
    assert template.literals == literals
    assert template.weight == sum(map(len, literals))


def test_an_entry_has_its_message_and_its_variants() -> None:
    """Each wire form is a template of the entry; one without any literal explains nothing and is left out."""
    entry = replace(ENTRY, message="One %s", variants=("Two", "%s", " . "))
    assert [template.source for template in entry_templates(entry)] == ["One %s", "Two"]
