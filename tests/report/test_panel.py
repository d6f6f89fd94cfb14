"""A panel is one new file, and nothing else; a broken one is refused in words."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from analyzer.errors import PanelFileError
from analyzer.report.panel import SECTIONS, panels, read_panel
from analyzer.resources import shared_folder

FOLDER = shared_folder("templates") / "panels"
HEAD = 'section = "who"\norder = 1\ntitle.en = "A"\ntitle.zh = "甲"\n'


def test_a_copied_panel_is_listed_with_nothing_else_changed(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path / "panels")
    shutil.copy(FOLDER / "models.js", tmp_path / "panels" / "a_new_one.js")
    assert set(panels(tmp_path / "panels")) == {*panels(), "a_new_one"}


def test_panels_come_in_the_order_of_their_sections() -> None:
    places = [(SECTIONS.index(panel.section), panel.order) for panel in panels().values()]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("panel({});\n", "it has no head"),
        ("/* panel\nsection =\n*/\npanel({});\n", "the head is no TOML"),
        ("/* panel\norder = 1\n*/\npanel({});\n", "section: it is missing"),
        (f"/* panel\n{HEAD.replace('who', 'why')}*/\npanel({{}});\n", "section: 'why' is no section"),
        (f"/* panel\n{HEAD}colour = 1\n*/\npanel({{}});\n", "colour: there is no such key"),
        (f"/* panel\n{HEAD.replace('1', 'true')}*/\npanel({{}});\n", "order: it must be a whole number"),
        ('/* panel\nsection = "who"\norder = 1\ntitle.en = "A"\n*/\npanel({});\n', "title.zh: it is missing"),
        (f"/* panel\n{HEAD}*/\n// nothing\n", "it never calls panel"),
        (f"/* panel\n{HEAD}[facts.a]\n*/\npanel({{}});\n", "facts.a.query: it is missing"),
        (f'/* panel\n{HEAD}[facts.a]\nquery = "no"\n*/\npanel({{}});\n', "there is no query 'no'"),
        (
            f'/* panel\n{HEAD}[facts.a]\nquery = "overview"\nparameters = {{ top = 1 }}\n*/\npanel({{}});\n',
            "facts.a.parameters.top: the query has no such parameter",
        ),
        (
            f'/* panel\n{HEAD}[facts.a]\nquery = "overview"\ndimensions = ["bin"]\n*/\npanel({{}});\n',
            "facts.a.dimensions: the query returns no column 'bin'",
        ),
    ],
)
def test_a_broken_panel_names_file_key_and_reason(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "broken.js"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(PanelFileError) as caught:
        read_panel(file)
    assert str(file) in str(caught.value)
    assert said in str(caught.value)


def test_a_panels_name_is_a_name(tmp_path: Path) -> None:
    (tmp_path / "By Model.js").write_text("", encoding="utf-8")
    with pytest.raises(PanelFileError, match="is no panel name"):
        panels(tmp_path)
