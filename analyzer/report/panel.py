"""What a panel is: one file in `panels/` that turns one query's result into one chart and one sentence.

A panel's id is its file's name. The folder is listed, so a new panel is one new file and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from analyzer.text import Texts

if TYPE_CHECKING:
    import pandas as pd
    import plotly.graph_objects as go

SECTIONS = ("when", "what", "who")
"""Sections of the page that hold panels, in their order."""


@dataclass(frozen=True)
class Panel:
    """A chart of the report.

    `query` names the query whose frame `draw` and `say` receive; `parameters` are given to it beside
    the range and the time zone. The frame is never empty, and its texts are already escaped for
    plotly. `say` returns the sentence that stands under the title and names the chart for those who
    do not see it; it is escaped once more where it is shown as HTML, so it receives the frame
    as it is. `wide` takes the page's whole width.
    """

    section: str
    order: int
    query: str
    titles: Mapping[str, str]
    draw: Callable[[pd.DataFrame, Texts], go.Figure]
    say: Callable[[pd.DataFrame, Texts], str]
    parameters: Mapping[str, Any] = field(default_factory=dict)
    wide: bool = True


@cache
def panels() -> dict[str, Panel]:
    """Return every panel by its id, in the page's order. Raises ValueError, which names a broken file."""
    folder = Path(__file__).parent / "panels"
    found: dict[str, Panel] = {}
    for module in iter_modules([str(folder)]):
        panel = getattr(import_module(f"analyzer.report.panels.{module.name}"), "PANEL", None)
        found[module.name] = _checked(module.name, panel)
    return dict(
        sorted(found.items(), key=lambda item: (SECTIONS.index(item[1].section), item[1].order, item[0]))
    )


def _checked(name: str, panel: object) -> Panel:
    if not isinstance(panel, Panel):
        raise ValueError(f"panels/{name}.py: PANEL must be a Panel")
    if panel.section not in SECTIONS:
        raise ValueError(f"panels/{name}.py: section {panel.section!r} is none of {', '.join(SECTIONS)}")
    missing = {"en", "zh"} - panel.titles.keys()
    if missing:
        raise ValueError(f"panels/{name}.py: titles lack {', '.join(sorted(missing))}")
    return panel
