"""A Pareto by code: the codes by failures, and what part of all failures the first ones make up together."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from analyzer.report.figures import INK, category_colour, count_axis, figure, short_code
from analyzer.report.panel import Panel
from analyzer.text import Texts

_SHOWN = 15
_MOST = 0.8
_HEADROOM = 1.04
_PLACES = 6
_SHARES = {
    "overlaying": "y",
    "side": "right",
    "range": [0, _HEADROOM],
    "tickformat": ".0%",
    "showgrid": False,
    "tickmode": "array",
    "tickvals": [0, 0.5, _MOST, 1],
}
_SENTENCES = {
    "en": "{codes} make up {share} of all failures; {first} alone makes up {alone}.",
    "zh": "{codes}合占全部失败的 {share}；仅 {first} 就占 {alone}。",
}
_ONLY = {"en": "{first} makes up {alone} of all failures.", "zh": "{first} 占全部失败的 {alone}。"}


def draw(frame: pd.DataFrame, texts: Texts) -> go.Figure:
    """Draw the first codes as bars in their category's colour, the cumulative share as a line."""
    shown = frame.head(_SHOWN)
    places = list(range(len(shown)))
    # Both axes end at all failures, so that a bar and the line's step over it are equally high.
    total = shown["failures"].iloc[0] / shown["share"].iloc[0]
    return figure(
        [_bars(shown, places, texts), _line(shown, places, texts)],
        height=400,
        showlegend=False,
        bargap=0.25,
        xaxis={
            "tickvals": places,
            "ticktext": [short_code(code, texts) for code in shown["code"]],
            "tickangle": -40,
            "range": [-0.6, max(len(shown), _PLACES) - 0.4],
        },
        yaxis=count_axis(total, range=[0, total * _HEADROOM]),
        yaxis2=_SHARES,
    )


def _bars(shown: pd.DataFrame, places: list[int], texts: Texts) -> go.Bar:
    return go.Bar(
        x=places,
        y=shown["failures"].tolist(),
        marker={"color": [category_colour(category) for category in shown["category"]], "cornerradius": 3},
        customdata=[
            [code, texts.percent(share), texts.word("category", category)]
            for code, share, category in zip(shown["code"], shown["share"], shown["category"], strict=True)
        ],
        hovertemplate="%{customdata[0]}<br>%{y:,} · %{customdata[1]}<br>%{customdata[2]}<extra></extra>",
    )


def _line(shown: pd.DataFrame, places: list[int], texts: Texts) -> go.Scatter:
    return go.Scatter(
        x=places,
        y=shown["share"].cumsum().tolist(),
        yaxis="y2",
        mode="lines+markers",
        line={"color": INK, "width": 1.5},
        marker={"color": INK, "size": 5},
        hovertemplate=texts["panel.cumulative"] + " %{y:.1%}<extra></extra>",
    )


def say(frame: pd.DataFrame, texts: Texts) -> str:
    """Say how few codes make up most failures."""
    cumulative = frame["share"].cumsum()
    needed = min(int((cumulative < _MOST).sum()) + 1, len(frame))
    sentence = _SENTENCES if needed > 1 else _ONLY
    return sentence[texts.language].format(
        codes=texts.count("codes", needed),
        share=texts.percent(float(cumulative.iloc[needed - 1])),
        first=short_code(frame["code"].iloc[0], texts),
        alone=texts.percent(float(frame["share"].iloc[0])),
    )


PANEL = Panel(
    section="what",
    order=10,
    query="errors_by_code",
    titles={"en": "Codes by failures", "zh": "按失败次数排列的错误码"},
    draw=draw,
    say=say,
    parameters={"limit": 200},
    wide=False,
)
