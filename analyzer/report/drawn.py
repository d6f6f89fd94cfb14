"""Panels drawn: a query's result becomes a chart, its sentence, and the table of its numbers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from analyzer.report.figures import figure_json
from analyzer.report.panel import Panel, panels
from analyzer.report.visible import escape_labels, shortened, visible_frame
from analyzer.text import Texts

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_ROWS = 50
_TEXT = 200
_HIDDEN = (
    "first_seen",
    "last_seen",
    "failures_without_rate",
    "bucket_size",
    "entry_id",
    "by_template",
    "by_message",
)
_SHARES = ("share", "error_rate")
_WORDS = ("category", "owner", "action", "retry")


@dataclass(frozen=True)
class DrawnPanel:
    """A panel as the page shows it; without a figure where there was nothing to draw."""

    id: str
    section: str
    title: str
    says: str
    wide: bool
    figure: Mapping[str, Any] | None
    height: int
    columns: list[dict[str, Any]]
    rows: list[list[str]]
    more: int


def draw_panels(tables: Mapping[str, pa.Table], texts: Texts) -> list[DrawnPanel]:
    """Draw every panel that was asked for, in the page's order."""
    return [_drawn(name, panel, tables[name], texts) for name, panel in panels().items() if name in tables]


def _drawn(name: str, panel: Panel, table: pa.Table, texts: Texts) -> DrawnPanel:
    frame = visible_frame(table.to_pandas())
    title = panel.titles[texts.language]
    if frame.empty:
        return DrawnPanel(name, panel.section, title, texts["panel.empty"], panel.wide, None, 0, [], [], 0)
    figure = figure_json(panel.draw(escape_labels(frame), texts))
    shown = frame[frame["failures"] > 0].sort_values("failures", ascending=False, kind="stable")
    names = [column for column in frame.columns if column not in _HIDDEN]
    return DrawnPanel(
        id=name,
        section=panel.section,
        title=title,
        says=panel.say(frame, texts),
        wide=panel.wide,
        figure=figure,
        height=int(figure["layout"]["height"]),
        columns=[_column(frame, column, texts) for column in names],
        rows=list(_cells(shown[names].head(_ROWS), texts)),
        more=max(len(shown) - _ROWS, 0),
    )


def _column(frame: pd.DataFrame, name: str, texts: Texts) -> dict[str, Any]:
    return {"title": texts.word("table", name), "number": frame[name].dtype.kind in "iuf"}


def _cells(frame: pd.DataFrame, texts: Texts) -> Iterator[list[str]]:
    for row in frame.itertuples(index=False):
        yield [_cell(name, value, texts) for name, value in zip(frame.columns, row, strict=True)]


def _cell(name: str, value: Any, texts: Texts) -> str:
    if value is None or value != value:
        return texts["number.unknown"] if name in _SHARES else texts["number.nothing"]
    if name in _SHARES:
        return texts.percent(float(value))
    if isinstance(value, datetime):
        return texts.moment(value)
    if name in _WORDS:
        return texts.word(name, value)
    if isinstance(value, str):
        return texts["panel.none"] if value == "(none)" else shortened(value, _TEXT)
    return texts.number(float(value))
