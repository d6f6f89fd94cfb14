"""What all charts share: colours, layout, a template, and the compact JSON that goes into the page.

A colour is the name of a CSS custom property (`var(--category-timeout)`), and the page's script looks
it up: so charts follow the page's light and dark theme, and there is one palette.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analyzer.text import Texts

INK = "var(--ink)"
MUTED = "var(--muted)"
LINE = "var(--line)"
SURFACE = "var(--surface)"
ACCENT = "var(--accent)"

ROW_HEIGHT = 46
"""Pixels of one bar with its label above it."""
_EDGE = 20
_CODE = 18
_FEW = 5


def category_colour(category: str | None) -> str:
    """Return the colour that stands for a category on every chart of every page."""
    return f"var(--category-{(category or 'uncatalogued').replace('_', '-')})"


def template() -> dict[str, Any]:
    """Return the plotly template of every chart; it is put into the page once."""
    axis = {
        "automargin": True,
        "gridcolor": LINE,
        "linecolor": LINE,
        "zeroline": False,
        "tickfont": {"color": MUTED, "size": 12},
        "title": {"font": {"color": MUTED, "size": 12}, "standoff": 10},
        "fixedrange": True,
        "ticks": "outside",
        "ticklen": 6,
        "tickcolor": "rgba(0,0,0,0)",
    }
    return {
        "layout": {
            "font": {"family": "var(--font)", "color": INK, "size": 13},
            "paper_bgcolor": "rgba(0,0,0,0)",
            "plot_bgcolor": "rgba(0,0,0,0)",
            "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
            "hoverlabel": {
                "bgcolor": SURFACE,
                "bordercolor": LINE,
                "font": {"color": INK, "family": "var(--font)", "size": 13},
                "align": "left",
            },
            "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "font": {"color": INK}},
            "xaxis": axis,
            "yaxis": axis,
            "dragmode": False,
            "separators": ".,",
        }
    }


def figure(traces: Sequence[Any], height: int, **layout: Any) -> go.Figure:
    """Return a figure of `traces`, `height` pixels high, as wide as its place in the page."""
    return go.Figure(
        data=list(traces), layout=go.Layout(height=height, template=go.layout.Template(), **layout)
    )


def bar_rows(labels: Sequence[str], values: Sequence[float], notes: Sequence[str]) -> go.Figure:
    """Return horizontal bars, the first on top: the label above each bar, its note at the right end.

    `labels` are already escaped for plotly. Bars stand at numbered places, so equal labels stay apart.
    """
    places = list(range(len(labels)))
    bars = go.Bar(
        x=list(values),
        y=places,
        orientation="h",
        width=0.3,
        marker={"color": ACCENT, "cornerradius": 3},
        text=list(notes),
        customdata=list(labels),
        textposition="none",
        hovertemplate="%{customdata}<br>%{text}<extra></extra>",
    )
    captions = [_caption(place, text, 0, "left", INK) for place, text in enumerate(labels)]
    captions += [_caption(place, text, 1, "right", MUTED) for place, text in enumerate(notes)]
    return figure(
        [bars],
        height=len(labels) * ROW_HEIGHT + _EDGE,
        xaxis={"visible": False, "range": [0, max(values, default=1) or 1]},
        yaxis={"visible": False, "range": [len(labels) - 0.6, -0.7]},
        annotations=captions,
        showlegend=False,
    )


def _caption(place: int, text: str, x: int, side: str, colour: str) -> dict[str, Any]:
    return {
        "x": x,
        "xref": "paper",
        "xanchor": side,
        "y": place - 0.38,
        "yref": "y",
        "yanchor": "middle",
        "text": text,
        "showarrow": False,
        "align": side,
        "font": {"size": 13, "color": colour},
        "borderpad": 0,
    }


def short_code(code: str, texts: Texts) -> str:
    """Return a code without its service's name, which all codes of a catalogue share."""
    if code == "(none)":
        return texts["table.no_code"]
    _, dot, number = code.rpartition(".")
    short = number if dot and number.isdigit() else code
    # What is cut may be an escaped character: half of one would be shown as it is.
    return short if len(short) <= _CODE else re.sub(r"&[a-z]*$", "", short[:_CODE]) + "…"


def count_axis(top: float, **axis: Any) -> dict[str, Any]:
    """Return the axis of counts up to `top`: whole numbers, and each of them once."""
    ticks = {"dtick": 1} if top <= _FEW else {"nticks": 6}
    return {"tickformat": ",d", "rangemode": "tozero", **ticks, **axis}


def plain_times(column: pd.Series[Any]) -> list[str]:
    """Return moments as wall-clock times of the zone they carry; plotly knows no zones."""
    return [moment.strftime("%Y-%m-%dT%H:%M:%S") for moment in column]


def figure_json(drawn: go.Figure) -> dict[str, Any]:
    """Return the figure as plain data and layout, without a template of its own."""
    content = drawn.to_plotly_json()
    content["layout"].pop("template", None)
    return {"data": content["data"], "layout": content["layout"]}
