"""A panel is one new file, and nothing else."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import plotly.graph_objects as go
import pytest

from analyzer.query.library import load_queries
from analyzer.report.collect import Scope, ask
from analyzer.report.panel import SECTIONS, panels
from analyzer.report.visible import escape_labels, visible_frame
from analyzer.text import texts

PACKAGE = Path(__file__).parents[2] / "analyzer"


def test_a_copied_panel_is_listed_with_nothing_else_changed(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE, tmp_path / "analyzer", ignore=shutil.ignore_patterns("__pycache__"))
    folder = tmp_path / "analyzer" / "report" / "panels"
    shutil.copy(folder / "by_model.py", folder / "a_new_one.py")
    listed = subprocess.run(
        [sys.executable, "-c", "from analyzer.report.panel import panels; print(*panels())"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(tmp_path), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(listed.stdout.split()) == {*panels(), "a_new_one"}


def test_panels_come_in_the_order_of_their_sections() -> None:
    places = [(SECTIONS.index(panel.section), panel.order) for panel in panels().values()]
    assert places == sorted(places)


@pytest.mark.parametrize("name", panels())
def test_every_panel_draws_its_query_and_says_what_it_shows(name: str, week: Path, connect: Callable) -> None:  # type: ignore[type-arg]
    """In both languages: a figure with a height, and a sentence that differs from the other language's."""
    panel = panels()[name]
    assert panel.query in load_queries()
    table = ask(connect(week), panel.query, Scope(None, None, "UTC", "en"), panel.parameters)
    frame = visible_frame(table.to_pandas())
    said = set()
    for language in ("en", "zh"):
        figure = panel.draw(escape_labels(frame), texts(language))
        assert isinstance(figure, go.Figure)
        assert figure.layout.height >= 60
        said.add(panel.say(frame, texts(language)))
    assert len(said) == 2
    assert "" not in said


def test_a_time_chart_adds_up_to_the_failures(week: Path, connect: Callable) -> None:  # type: ignore[type-arg]
    """Bars that are shown and those put together as other make up every failure."""
    panel = panels()["over_time"]
    frame = ask(connect(week), panel.query, Scope(None, None, "UTC", "en")).to_pandas()
    figure = panel.draw(frame, texts("en"))
    assert sum(sum(bar.y) for bar in figure.data) == frame["failures"].sum()


def test_rows_beyond_those_shown_are_one_row_of_the_rest() -> None:
    """Also where the query was limited: the share tells how many failures there are."""
    frame = pd.DataFrame(
        {
            "client": [f"c{number}" for number in range(12)],
            "failures": [10] * 12,
            "requests": [0] * 12,
            "error_rate": [float("nan")] * 12,
            "share": [0.05] * 12,
        }
    )
    figure = panels()["by_client"].draw(frame, texts("en"))
    assert figure.data[0].customdata[-1] == "Other"
    assert figure.data[0].text[-1] == "120"


def test_those_without_a_name_are_counted_and_do_not_dwarf_the_named() -> None:
    frame = pd.DataFrame(
        {
            "client": ["(none)", "10.0.0.1"],
            "failures": [900, 100],
            "requests": [1000, 200],
            "error_rate": [0.9, 0.5],
            "share": [0.9, 0.1],
        }
    )
    panel = panels()["by_client"]
    bars = panel.draw(frame, texts("en")).data[0]
    assert list(zip(bars.customdata, bars.x, bars.text, strict=True)) == [
        ("10.0.0.1", 100, "100 · 50.0%"),
        ("(none)", 0, "900 · 90.0%"),
    ]
    assert (
        panel.say(frame, texts("en"))
        == "10.0.0.1 sees the most failures (10.0%). 90.0% of the failures name none."
    )
