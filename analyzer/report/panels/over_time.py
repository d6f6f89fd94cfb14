"""Failures over time, stacked by category."""

from __future__ import annotations

import pandas as pd
import plotly.graph_objects as go

from analyzer.report.figures import MUTED, SURFACE, category_colour, count_axis, figure, plain_times
from analyzer.report.panel import Panel
from analyzer.text import Texts

_SHOWN = 7
_HALF_DAY = 43_200_000
# Times are written in figures: plotly's names of months are English only.
_TIMES = {
    "type": "date",
    "showgrid": False,
    "nticks": 8,
    "hoverformat": "%Y-%m-%d %H:%M",
    "tickformatstops": [
        {"dtickrange": [None, _HALF_DAY], "value": "%H:%M\n%m-%d"},
        {"dtickrange": [_HALF_DAY, "M1"], "value": "%m-%d"},
        {"dtickrange": ["M1", None], "value": "%Y-%m"},
    ],
}
_SENTENCES = {
    "en": "The worst moment began on {moment}: {failures}, most of them “{category}”.",
    "zh": "最严重的时段始于 {moment}：{failures}，其中最多的是“{category}”。",
}

_NO_TIMES = {"en": "None of the failures carries a time.", "zh": "这些失败都没有时间。"}


def draw(frame: pd.DataFrame, texts: Texts) -> go.Figure:
    """Stack the largest categories in each bucket; the others share one grey."""
    timed = frame[frame["bucket"].notna() & frame["category"].notna()]
    sizes = timed.groupby("category")["failures"].sum().sort_values(ascending=False)
    shown = list(sizes[sizes > 0].index[:_SHOWN])
    named = timed["category"].where(timed["category"].isin(shown), "other")
    table = timed.assign(category=named).pivot_table(
        index="bucket", columns="category", values="failures", aggfunc="sum", fill_value=0
    )
    times = plain_times(table.index.to_series())
    bars = [
        _bar(times, table[category], texts.word("category", category), category_colour(category))
        for category in shown
        if category in table
    ]
    if "other" in table and sizes.iloc[_SHOWN:].sum():
        bars.append(_bar(times, table["other"], texts["panel.other"], MUTED))
    return figure(
        bars,
        height=380,
        barmode="stack",
        bargap=0.12,
        showlegend=True,
        hovermode="x unified",
        xaxis=_TIMES,
        yaxis=count_axis(table.sum(axis=1).max() if len(table) else 0),
        legend={"traceorder": "normal"},
    )


def say(frame: pd.DataFrame, texts: Texts) -> str:
    """Name the bucket with the most failures, and its largest category."""
    totals = frame.groupby("bucket")["failures"].sum()
    if totals.empty:
        return _NO_TIMES[texts.language]
    worst = totals.idxmax()
    inside = frame[frame["bucket"] == worst].sort_values("failures", ascending=False)
    return _SENTENCES[texts.language].format(
        moment=texts.moment(worst),
        failures=texts.count("failures", int(totals.max())),
        category=texts.word("category", inside["category"].iloc[0]),
    )


def _bar(times: list[str], counts: pd.Series, name: str, colour: str) -> go.Bar:
    return go.Bar(
        x=times,
        y=counts.tolist(),
        name=name,
        marker={"color": colour, "line": {"color": SURFACE, "width": 0.5}},
        hovertemplate="%{y:,}",
    )


PANEL = Panel(
    section="when",
    order=10,
    query="errors_over_time",
    titles={"en": "Failures over time by category", "zh": "失败随时间的变化（按类别）"},
    draw=draw,
    say=say,
)
