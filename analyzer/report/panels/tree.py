"""What the failures are, from the large to the small: category, then code, then entry."""

from __future__ import annotations

from collections import defaultdict
from textwrap import wrap
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analyzer.report.figures import INK, SURFACE, category_colour, figure, short_code
from analyzer.report.panel import Panel
from analyzer.text import Texts

_ROOT = "all"
_LINE = 16
_LINES = 5
_SENTENCES = {
    "en": "“{category}” is the largest kind of failure ({share}). Click an area to look into it.",
    "zh": "“{category}”是最大的一类失败（{share}）。点击区域可展开查看。",
}


def draw(frame: pd.DataFrame, texts: Texts) -> go.Figure:
    """Draw a treemap: an area is as large as its failures, its colour is its category's."""
    labels, parents, colours = {_ROOT: texts["panel.all_failures"]}, {_ROOT: ""}, {_ROOT: "rgba(0,0,0,0)"}
    sizes: dict[str, int] = defaultdict(int)
    entries = frame.groupby(["category", "code"])["code"].transform("size")
    for row, siblings in zip(frame.itertuples(index=False), entries, strict=True):
        sizes[_ROOT] += int(row.failures)
        for place, parent, label in _steps(row, siblings, texts):
            labels[place], parents[place], colours[place] = label, parent, category_colour(row.category)
            sizes[place] += int(row.failures)
    areas = go.Treemap(
        ids=list(labels),
        labels=list(labels.values()),
        parents=list(parents.values()),
        values=[sizes[place] for place in labels],
        branchvalues="total",
        marker={
            "colors": list(colours.values()),
            "line": {"color": SURFACE, "width": 1},
            "pad": {"t": 20, "l": 3, "r": 3, "b": 3},
        },
        tiling={"pad": 3},
        pathbar={"visible": True, "thickness": 24, "textfont": {"color": INK}},
        textfont={"size": 12},
        texttemplate="%{label}<br>%{value:,}",
        hovertemplate="%{label}<br>%{value:,} · %{percentRoot:.1%}<extra></extra>",
    )
    return figure([areas], height=400, uniformtext={"minsize": 11, "mode": "hide"})


def say(frame: pd.DataFrame, texts: Texts) -> str:
    """Name the largest category."""
    sizes = frame.groupby("category")["failures"].sum()
    return _SENTENCES[texts.language].format(
        category=texts.word("category", sizes.idxmax()), share=texts.percent(float(sizes.max() / sizes.sum()))
    )


def _steps(row: Any, siblings: int, texts: Texts) -> list[tuple[str, str, str]]:
    """Return the areas a row lies in, as place, parent and label; an only entry shares its code's area."""
    category, code = row.category, f"{row.category}/{row.code}"
    entry = f"{code}/{row.entry_id if row.level == 'entry' else row.level}"
    named = _lines(row.message if row.level == "entry" else texts.word("match", row.level))
    shown = short_code(row.code, texts)
    outer = (category, _ROOT, texts.word("category", category))
    if siblings == 1:
        return [outer, (entry, category, f"{shown}<br>{named}")]
    return [outer, (code, category, shown), (entry, code, named)]


def _lines(text: str) -> str:
    """Return a label in short lines; plotly breaks none itself."""
    lines = wrap(text, _LINE, break_long_words=False, max_lines=_LINES, placeholder=" …")
    return "<br>".join(lines)


PANEL = Panel(
    section="what",
    order=20,
    query="entries_seen",
    titles={"en": "Category, code, entry", "zh": "类别、错误码、条目"},
    draw=draw,
    say=say,
    wide=False,
)
