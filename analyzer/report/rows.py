"""Panels that rank one key: bars by failures, with counts and rates beside them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd
import plotly.graph_objects as go

from analyzer.report.figures import bar_rows
from analyzer.text import Texts

_SHOWN = 8
_ENOUGH = 100
"""A rate of fewer requests is chance."""
_NONE = "(none)"


def draw_rows(key: str, word: Callable[[str, Texts], str]) -> Callable[[pd.DataFrame, Texts], go.Figure]:
    """Return the drawing of a query whose key is `key`; `word` says the key's value for people."""

    def draw(frame: pd.DataFrame, texts: Texts) -> go.Figure:
        named = frame[frame[key] != _NONE].head(_SHOWN)
        nameless = frame[frame[key] == _NONE]
        shown = pd.concat([named, nameless])
        # The query may have been limited: what the shown rows leave of all failures is the rest.
        rest = round(frame["failures"].iloc[0] / frame["share"].iloc[0]) - int(shown["failures"].sum())
        labels = [word(value, texts) for value in shown[key]]
        rated = zip(shown["failures"], shown["error_rate"], strict=True)
        notes = [_note(int(failures), rate, texts) for failures, rate in rated]
        # Without bars of their own: what has no name would dwarf the rows that have one.
        values = [*named["failures"].tolist(), *([0] * len(nameless))]
        if rest:
            labels, notes, values = (
                [*labels, texts["panel.other"]],
                [*notes, texts.number(rest)],
                [*values, 0],
            )
        return bar_rows(labels, values, notes)

    return draw


def say_rows(
    key: str, word: Callable[[str, Texts], str], most: Mapping[str, str], worst: Mapping[str, str]
) -> Callable[[pd.DataFrame, Texts], str]:
    """Return the sentence of such a query: which key fails `most` and, where another, whose rate is `worst`.

    Placeholders: `first`, `share` in `most`; `name`, `rate` in `worst`.
    """

    def say(frame: pd.DataFrame, texts: Texts) -> str:
        named = frame[frame[key] != _NONE]
        if named.empty:
            return texts["panel.unnamed"]
        first, top = named.iloc[0], _worst_rate(named)
        said = [
            most[texts.language].format(first=word(first[key], texts), share=texts.percent(first["share"]))
        ]
        if top is not None and top[key] != first[key]:
            rate = texts.percent(top["error_rate"])
            said.append(worst[texts.language].format(name=word(top[key], texts), rate=rate))
        if len(named) < len(frame):
            share = texts.percent(frame.loc[frame[key] == _NONE, "share"].sum())
            said.append(texts.say("panel.nameless", share=share))
        return ("" if texts.language == "zh" else " ").join(said)

    return say


def _worst_rate(named: pd.DataFrame) -> Any:
    rated = named[(named["requests"] >= _ENOUGH) & named["error_rate"].notna()]
    return None if rated.empty else rated.loc[rated["error_rate"].idxmax()]


def as_seen(value: str, texts: Texts) -> str:
    """Return a key as the log holds it, and words for the key of those that have none."""
    return texts["panel.none"] if value == _NONE else value


def _note(failures: int, rate: float, texts: Texts) -> str:
    return texts.number(failures) + (f" · {texts.percent(rate)}" if pd.notna(rate) else "")
