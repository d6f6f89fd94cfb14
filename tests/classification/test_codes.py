"""What stands in a code's place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.classification.codes import CodeReader, Kind
from analyzer.classification.load import load_catalogs

READER = CodeReader(load_catalogs())


@pytest.mark.parametrize(
    ("written", "status"),
    [
        ("ModelArts.81101", None),
        (" modelarts.81101 ", None),
        ("ＭＯＤＥＬＡＲＴＳ．81101", None),
        ("InferHub.ModelArts.81101.429", 429),
        ("ModelArts.81101.4290", None),
        ("error/ModelArts.81101", None),
        ("[ModelArts.81101]", None),
        ("ModelArts.81101: Too many requests", None),
        ("ModelArts.99999 ModelArts.81101", None),
    ],
)
def test_a_catalogue_code_in_its_wrappings(written: str, status: int | None) -> None:
    """A catalogue's code is known in any case and with wrappers, which may tell a status."""
    seen = READER.read(written)
    assert (seen.kind, seen.text, seen.status) == (Kind.KNOWN, "ModelArts.81101", status)


@pytest.mark.parametrize(
    "written", ["ModelArts.811010", "ModelArts.8110", "ModelArts.81101٣", "x.ModelArts.0.429"]
)
def test_a_code_that_the_catalogue_lacks(written: str) -> None:
    """The whole run of digits is the code: a longer or a shorter one is another, of the same provider."""
    assert READER.read(written).kind is Kind.UNLISTED


@pytest.mark.parametrize(
    "written",
    ["xModelArts.81101", "1ModelArts.81101", "éModelArts.81101", "81101", "model_not_found", "ModelArts."],
)
def test_another_providers_code(written: str) -> None:
    """A letter or digit before the prefix, or no prefix at all, makes it another's."""
    seen = READER.read(written)
    assert (seen.kind, seen.text) == (Kind.FOREIGN, written)


@pytest.mark.parametrize(
    ("written", "status"),
    [
        (None, None),
        ("", None),
        (" ", None),
        ("-", None),
        ("NULL", None),
        ("0", None),
        ("429", 429),
        ("000", None),
    ],
)
def test_no_code(written: str | None, status: int | None) -> None:
    """An empty code and a bare three-digit one are none; the latter tells a status."""
    seen = READER.read(written)
    assert (seen.kind, seen.key, seen.status) == (Kind.EMPTY, "", status)


def test_codes_that_a_text_names() -> None:
    """Free text names each known code once, in order; longer runs of digits are others."""
    text = (
        "see modelarts.81102, [modelarts.81101] and modelarts.81102; not modelarts.811010 or amodelarts.81104"
    )
    assert READER.named_in(text) == ["modelarts.81102", "modelarts.81101"]


@given(st.text(max_size=60))
def test_any_text_in_a_codes_place_is_read(written: str) -> None:
    """Whatever stands in a code's place has exactly one kind, and a known one is the catalogue's."""
    seen = READER.read(written)
    assert (seen.kind is Kind.KNOWN) == (seen.key in READER.spelling)
